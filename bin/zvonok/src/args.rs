//! The command line, in Russian: whoever runs a school's server reads it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Электронный дневник и «Сферум» одним исполняемым файлом.
#[derive(Parser)]
#[command(
    name = "zvonok",
    version,
    about = "Звонок: электронный дневник и «Сферум» для небольшой школы",
    after_help = "С чего начать:\n  zvonok demo                посмотреть живую демонстрационную школу\n  zvonok init                завести базу своей школы и получить ссылку для первого администратора\n  zvonok import ПАПКА        загрузить списки школы из таблиц CSV\n  zvonok serve               открыть сайт на этом компьютере",
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    /// Писать в журнал подробнее: -v — каждый запрос, -vv — всё
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which base, and which settings.
#[derive(ClapArgs, Clone)]
pub(crate) struct Place {
    /// Файл базы школы
    #[arg(long, value_name = "ФАЙЛ", env = "ZVONOK_DB", default_value = "zvonok.db")]
    pub(crate) db: PathBuf,
    /// Файл ключа сервера; по умолчанию zvonok.key рядом с базой
    #[arg(long, value_name = "ФАЙЛ", env = "ZVONOK_KEY_FILE")]
    pub(crate) key_file: Option<PathBuf>,
}

impl Place {
    /// Where the key file is.
    pub(crate) fn key(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.db.with_file_name("zvonok.key"))
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Открыть демонстрационную школу: ничего настраивать не нужно
    Demo(DemoArgs),
    /// Завести базу новой школы и получить ссылку для первого администратора
    Init(InitArgs),
    /// Открыть сайт школы
    Serve(ServeArgs),
    /// Загрузить списки школы из папки с таблицами CSV
    Import(ImportArgs),
    /// Сделать проверенную копию базы; сервер можно не останавливать
    Backup(BackupArgs),
    /// Вернуть базу из копии; сервер должен быть остановлен
    Restore(RestoreArgs),
    /// Проверить файл базы: каждую страницу и каждую связь
    Check(CheckArgs),
    /// Проверить цепочку журнала действий, файлы и порядок сообщений, а с ключом --export — выгрузку чатов
    Verify(VerifyArgs),
    /// Посмотреть, заработает ли то, что зависит от сети и настроек
    #[command(subcommand)]
    Doctor(DoctorCommand),
    /// Учётные записи: список, новая, листок, блокировка, сеансы, возвращение администратора
    #[command(subcommand)]
    Account(AccountCommand),
    /// Встроенный VK ID школы: приложения, в которые можно войти с его помощью
    #[command(subcommand)]
    Vkid(VkIdCommand),
    /// Показать все адреса сайта и кому они открыты
    Routes {
        /// Вывести как JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum DoctorCommand {
    /// Видеоконференции: адреса, порты, HTTPS и сколько человек вместит канал; ключи те же, что у «zvonok serve»
    Calls(ServeArgs),
}

#[derive(ClapArgs)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Файл выгрузки чатов: цел ли он и подписан ли ключом этой школы
    #[arg(long, value_name = "ФАЙЛ")]
    pub(crate) export: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct DemoArgs {
    /// Порт; 0 — любой свободный
    #[arg(long, value_name = "ПОРТ", default_value_t = 8080, env = "ZVONOK_DEMO_PORT")]
    pub(crate) port: u16,
    /// Папка демонстрационной школы; база — zvonok.db в ней
    #[arg(long, value_name = "ПАПКА", default_value = "zvonok-demo")]
    pub(crate) data: PathBuf,
    /// Начать заново: прежняя демонстрационная база удаляется
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Какой сегодня день (и час): 2026-10-14 или 2026-10-14T10:47; часы дальше идут сами
    #[arg(long, value_name = "ДЕНЬ")]
    pub(crate) today: Option<String>,
    /// Вывести адрес и людей как JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Адрес, на котором слушать; не этот компьютер — только с --allow-network
    #[arg(long, value_name = "АДРЕС", default_value = "127.0.0.1")]
    pub(crate) address: std::net::IpAddr,
    /// Разрешить демонстрацию в сети: её пароли известны всем
    #[arg(long)]
    pub(crate) allow_network: bool,
    /// Имена, под которыми отвечает сервер, через запятую
    #[arg(long, value_name = "ИМЕНА", env = "ZVONOK_HOSTS", value_delimiter = ',')]
    pub(crate) hosts: Vec<String>,
    #[command(flatten)]
    pub(crate) tls: TlsArgs,
}

#[derive(ClapArgs)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Короткое имя школы: «Школа № 12»
    #[arg(long, value_name = "ИМЯ", default_value = "Школа")]
    pub(crate) name: String,
    /// Полное имя для бумаг
    #[arg(long, value_name = "ИМЯ")]
    pub(crate) full_name: Option<String>,
    /// Город или посёлок
    #[arg(long, value_name = "МЕСТО", default_value = "")]
    pub(crate) town: String,
    /// Часовой пояс по базе IANA
    #[arg(long, value_name = "ПОЯС", default_value = "Europe/Moscow")]
    pub(crate) zone: String,
    /// Учебных дней в неделе: 5 или 6
    #[arg(long, value_name = "ДНЕЙ", default_value_t = 5, value_parser = clap::value_parser!(u8).range(5..=6))]
    pub(crate) week_days: u8,
    /// К кому обращаться за помощью: имя и кабинет
    #[arg(long, value_name = "КТО", default_value = "")]
    pub(crate) help_contact: String,
}

#[derive(ClapArgs)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Файл настроек
    #[arg(long, value_name = "ФАЙЛ", env = "ZVONOK_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Адрес и порт
    #[arg(long, value_name = "АДРЕС:ПОРТ")]
    pub(crate) listen: Option<SocketAddr>,
    /// Имена, под которыми отвечает сервер, через запятую
    #[arg(long, value_name = "ИМЕНА", value_delimiter = ',')]
    pub(crate) hosts: Option<Vec<String>>,
    #[command(flatten)]
    pub(crate) tls: TlsArgs,
}

/// How bytes travel to the server.
#[derive(ClapArgs, Clone, Default)]
pub(crate) struct TlsArgs {
    /// Сертификат сайта с цепочкой, PEM; новый файл подхватывается без перезапуска
    #[arg(long, value_name = "ФАЙЛ", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Ключ сертификата, PEM
    #[arg(long, value_name = "ФАЙЛ", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// self-signed — сертификаты выпускает сама школа; её корень устанавливают на компьютеры, страница /certificate
    #[arg(long, value_name = "ОТКУДА", conflicts_with = "tls_cert", value_parser = ["self-signed"])]
    pub(crate) tls: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Папка с таблицами: Ученики.csv, Родители.csv, Сотрудники.csv, Классы.csv …
    #[arg(value_name = "ПАПКА", required_unless_present = "undo")]
    pub(crate) folder: Option<PathBuf>,
    /// Только проверить и показать, что изменится
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Кодировка файлов, если угадана неверно: utf-8, windows-1251, utf-16
    #[arg(long, value_name = "ИМЯ")]
    pub(crate) encoding: Option<String>,
    /// Отменить загрузку с этим номером
    #[arg(long, value_name = "НОМЕР", conflicts_with = "folder")]
    pub(crate) undo: Option<i64>,
}

#[derive(ClapArgs)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Куда положить копию
    #[arg(value_name = "ФАЙЛ")]
    pub(crate) to: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Копия, из которой вернуть базу
    #[arg(value_name = "ФАЙЛ")]
    pub(crate) from: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// Все логины с именами и состоянием
    List {
        #[command(flatten)]
        place: Place,
        /// Вывести как JSON
        #[arg(long)]
        json: bool,
    },
    /// Завести сотрудника с логином; пароль он придумает сам по листку
    Create(CreateArgs),
    /// Выдать листок: логин и одноразовый код
    Slip(LoginArgs),
    /// Закрыть вход и закончить все сеансы
    Block {
        #[command(flatten)]
        login: LoginArgs,
        /// Причина, для журнала действий
        #[arg(long, value_name = "ТЕКСТ", default_value = "")]
        reason: String,
    },
    /// Открыть закрытый вход
    Unblock(LoginArgs),
    /// Закончить все сеансы
    EndSessions(LoginArgs),
    /// Администратор потерял свой вход: новая одноразовая ссылка, как у «zvonok init»
    Rescue {
        #[command(flatten)]
        place: Place,
    },
}

#[derive(ClapArgs)]
pub(crate) struct LoginArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Логин
    #[arg(value_name = "ЛОГИН")]
    pub(crate) login: String,
}

#[derive(ClapArgs)]
pub(crate) struct CreateArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Фамилия
    #[arg(long, value_name = "ФАМИЛИЯ")]
    pub(crate) surname: String,
    /// Имя
    #[arg(long, value_name = "ИМЯ")]
    pub(crate) given: String,
    /// Отчество
    #[arg(long, value_name = "ОТЧЕСТВО", default_value = "")]
    pub(crate) patronymic: String,
    /// Роль: teacher, deputy_head, head_teacher, safeguarding_lead, administrator
    #[arg(long, value_name = "РОЛЬ")]
    pub(crate) role: String,
    /// Логин; без него составляется из имени
    #[arg(long, value_name = "ЛОГИН")]
    pub(crate) login: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum VkIdCommand {
    /// Приложения: завести, показать, удалить, сменить сервисный ключ
    #[command(subcommand)]
    App(AppCommand),
}

#[derive(Subcommand)]
pub(crate) enum AppCommand {
    /// Завести приложение и показать его сервисный ключ
    Add(NewAppArgs),
    /// Показать все приложения
    List {
        #[command(flatten)]
        place: Place,
        /// Вывести как JSON
        #[arg(long)]
        json: bool,
    },
    /// Удалить приложение: войти с его помощью больше нельзя, токены погашены
    Remove(AppArgs),
    /// Выдать новый сервисный ключ; прежний перестаёт действовать
    Rotate(AppArgs),
}

#[derive(ClapArgs)]
pub(crate) struct AppArgs {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Номер приложения, например 51000001
    #[arg(long, value_name = "НОМЕР")]
    pub(crate) id: identity::ClientId,
}

#[derive(ClapArgs)]
pub(crate) struct NewAppArgs {
    #[command(flatten)]
    pub(crate) app: AppArgs,
    /// Имя, которое увидят люди
    #[arg(long, value_name = "ИМЯ")]
    pub(crate) name: String,
    /// Адрес возврата, буква в букву; можно несколько раз
    #[arg(long, value_name = "АДРЕС", required = true)]
    pub(crate) redirect: Vec<String>,
    /// Сайт, страницы которого читают ответы: схема и имя; можно несколько раз
    #[arg(long, value_name = "САЙТ")]
    pub(crate) origin: Vec<String>,
}
