//! Slips at the administrator's desk: for whom, class by class.

use askama::Template;
use school::{Administrator, SlipDesk};

use crate::Failure;
use crate::cx::Cx;
use crate::handlers::slips::{Desk, choose, print_chosen};
use crate::response::Response;
use crate::views::Page;
use crate::words::{count, say};

#[derive(Template)]
#[template(path = "slips/list.html")]
struct ListPage {
    page: Page,
    circles: Vec<CircleView>,
}

/// A class, or the staff.
struct CircleView {
    href: String,
    name: String,
    line: String,
    waiting: String,
}

pub(crate) async fn list(cx: Cx) -> Result<Response, Failure> {
    let (viewer, today) = (cx.signed_in()?.viewer, cx.today());
    let frame = cx.frame(say("slips-title"));
    let shown = cx
        .read(move |tx| {
            let by = Administrator::ask(tx, &viewer, today)?;
            let view = |href: String, name: String, desk: &SlipDesk<'_>| {
                let new = desk
                    .cards()
                    .iter()
                    .filter(|card| matches!(card.account, Some((_, school::AccountState::New))));
                CircleView {
                    href,
                    name,
                    line: count("slips-people", desk.cards().len()),
                    waiting: count("slips-without", new.count()),
                }
            };
            let staff = SlipDesk::of_staff(tx, &by, today)?;
            let mut circles = vec![view("/admin/slips/staff".to_owned(), say("slips-staff-title"), &staff)];
            let classes = match school::find_year(tx, today)? {
                Some(year) => school::list_class_groups(tx, year.id)?,
                None => Vec::new(),
            };
            for class in classes {
                let desk = SlipDesk::of_class(tx, &by, class.id, today)?;
                circles.push(view(format!("/admin/slips/{}", class.id), class.label.to_string(), &desk));
            }
            Ok(ListPage { page: frame.page(tx)?, circles })
        })
        .await?;
    cx.html(&shown)
}

pub(crate) async fn show(cx: Cx) -> Result<Response, Failure> {
    choose(&cx, desk(&cx)?).await
}

pub(crate) async fn print(cx: Cx) -> Result<Response, Failure> {
    print_chosen(&cx, desk(&cx)?).await
}

fn desk(cx: &Cx) -> Result<Desk, Failure> {
    let circle: String = cx.request.param("circle")?;
    if circle == "staff" { Ok(Desk::Staff) } else { Ok(Desk::Class(cx.request.param("circle")?)) }
}
