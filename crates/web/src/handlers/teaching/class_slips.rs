//! Slips at the homeroom teacher's desk: the pupils of the class and their guardians (DIA-F44).

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::slips::{Desk, choose, print_chosen};
use crate::response::Response;

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    choose(&cx, Desk::Homeroom(cx.request.param("class")?)).await
}

pub(crate) async fn print(cx: Cx) -> Result<Response, Failure> {
    print_chosen(&cx, Desk::Homeroom(cx.request.param("class")?)).await
}
