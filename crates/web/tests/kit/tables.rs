//! A table of one pupil, and its import.

use school::import::{Sheets, SourceFile};
use testkit::{TODAY, World, now};
use web::flows::import::{Importer, apply};

pub const PUPILS: &str = "Внешний ID;Фамилия;Имя;Дата рождения;Класс\nУ-1;Яшин;Лев;05.09.2014;6А\n";

/// Imports the table as the console does; the import has the number 1.
pub fn import(world: &World) {
    let file = SourceFile { name: "Ученики.csv".to_owned(), bytes: PUPILS.as_bytes().to_vec() };
    world.write(move |tx| {
        let sheets = Sheets::read(&[file], None, TODAY);
        apply(tx, now(), TODAY, &Importer::console("папка"), sheets)
    });
}
