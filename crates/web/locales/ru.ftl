### Texts that depend on numbers or on what went wrong. One id, one place of use.

## Numbers

pupils-count = { $count } { $count ->
    [one] ученик
    [few] ученика
   *[many] учеников
}

## Failures of the shell

failure-not-found = Такой страницы нет, или она не для вас. Проверьте адрес или вернитесь на главную.
failure-method = Эта страница так не открывается. Вернитесь на главную.
failure-sign-in-needed = Вход закончился. Войдите снова, и страница откроется.
failure-bad-host = Адрес сервера указан неверно. Откройте сайт по адресу, который дала школа.
failure-foreign-host = Под этим именем сервер не отвечает. Откройте сайт по адресу, который дала школа.
failure-foreign-origin = Запрос пришёл не со страниц школы и отклонён. Ничего не изменилось.
failure-stale-form = Страница устарела: с тех пор вы вошли или вышли. Ничего не записано. Откройте её заново и повторите.
failure-bad-query = Адрес страницы записан с ошибкой. Вернитесь на главную и откройте её снова.
failure-bad-form = Форма пришла не полностью. Ничего не записано. Откройте страницу заново и повторите.
failure-too-large = Это слишком много для одной отправки. Ничего не записано.
failure-too-slow = Данные шли слишком долго, соединение закрыто. Ничего не записано. Повторите, когда связь станет лучше.
failure-defect = На сервере ошибка. Запись не сохранена, всё прежнее цело. Повторите; если не поможет, сообщите администратору код.
failure-full = На сервере закончилось место, запись не сохранена. Всё прежнее цело и читается. Сообщите администратору.
failure-read-only = Сейчас можно только читать, запись не сохранена. Всё прежнее цело. Сообщите администратору.
failure-busy = Сервер занят, запись не сохранена. Повторите через минуту.

## Names, logins, passwords

name-empty = Заполните это поле.
name-too-long = Не больше 100 знаков, сейчас { $has }.
name-invisible = В имени есть невидимые знаки. Наберите его заново.
name-character = В имени не бывает знака «{ $found }». Напишите, как в журнале.
login-bad = Логин — от 3 до 40 строчных латинских букв, цифр и точек.
login-taken = Этот логин уже занят. Выберите другой.
account-exists = У этого человека уже есть логин.
password-short = Нужно не меньше { $needs } { $needs ->
    [one] знака
   *[other] знаков
}, сейчас { $has }.
password-long = Пароль длиннее { $max } знаков. Выберите короче.
password-common = Этот пароль слишком распространён. Возьмите три случайных слова, например с полки и из окна.
password-own-words = В пароле ваше имя, логин или телефон. Возьмите слова, которые с вами не связаны.
password-differ = Пароли не совпали. Наберите новый пароль дважды одинаково.

## Signing in

sign-in-wrong = Логин и пароль не подходят друг к другу. Проверьте раскладку и листок.
sign-in-refused = Слишком много неверных попыток с этого адреса. Попробуйте через три часа или обратитесь к администратору школы.
sign-in-blocked = Школа закрыла этот вход. Обратитесь к администратору школы.
slip-wrong = Логин и код с листка не подходят друг к другу, или листок уже использован. Попросите новый листок у классного руководителя.
setup-wrong = Эта ссылка уже использована или устарела. Получите новую командой «zvonok account rescue».

## The menu

tab-diary = Дневник
tab-subjects = Предметы
tab-homework = Задания
tab-timetable = Расписание
tab-link = Авторизация в Сферум
tab-sferum = Сферум
tab-today = Сегодня
tab-gradebook = Журнал
tab-class = Класс { $class }
tab-substitutions = Замены
tab-health = Состояние
tab-people = Люди
tab-import = Импорт
tab-links = Связи VK ID
tab-sessions = Сеансы
tab-sms = СМС
tab-audit = Журнал действий
context-pupil = Ученик
context-guardian = Родитель: { $child }
context-staff = Сотрудник
context-administrator = Администратор
context-nobody = без роли в школе

## Error pages

error-title = Не получилось
error-home = На главную
error-heading-missing = Такой страницы нет
error-heading-closed = Не получилось открыть
error-heading-server = Сервер не справился
error-heading-request = Не получилось выполнить

## Sign-in, slips, setup

sign-in-title = Вход
sign-in-help = Техническая помощь: { $who }.
slip-title = Первый вход
setup-title = Первый администратор
wrong-password = Прежний пароль не подходит. Пароль не изменён.

## Profile

profile-title = Профиль и устройства
profile-password-set = Пароль изменён.
profile-password-others = На других устройствах вход закончился.
device-unknown = неизвестный браузер
session-ended = Вход на этом устройстве закончен.
sessions-ended = { $count ->
    [0] Других входов не было.
    [one] Закончен { $count } вход.
    [few] Закончено { $count } входа.
   *[many] Закончено { $count } входов.
}
sessions-ended-here = Здесь вы остались.

## Administrator

people-title = Люди
person-title = Карточка человека
people-count = { $count ->
    [one] Нашёлся { $count } человек
    [few] Нашлись { $count } человека
   *[many] Нашлось { $count } человек
}
role-pupil = ученик
role-guardian = родитель
role-teacher = учитель
role-homeroom-teacher = классный руководитель
role-deputy-head = завуч
role-head-teacher = директор
role-safeguarding-lead = ответственный за безопасность
role-administrator = администратор
account-none = логина нет
account-new = ждёт листка
account-slip = листок выдан
account-active = входит с паролем
account-blocked = вход закрыт
slip-sheet-title = Листок для входа
block-self = Себе вход закрыть нельзя.
blocked-done = Вход закрыт.
blocked-done-more = Все сеансы этого человека закончены.
unblocked-done = Вход открыт снова.
sessions-title = Сеансы
audit-title = Журнал действий
audit-program = сервер
health-good = Всё работает
health-worries = { $count ->
    [one] Работает, { $count } дело ждёт вас
    [few] Работает, { $count } дела ждут вас
   *[many] Работает, { $count } дел ждут вас
}
health-sessions = { $count ->
    [one] { $count } открытый сеанс
    [few] { $count } открытых сеанса
   *[many] { $count } открытых сеансов
}
health-audit = { $count ->
    [one] { $count } запись в журнале действий
    [few] { $count } записи в журнале действий
   *[many] { $count } записей в журнале действий
}
health-base = База
health-base-good = читает и пишет
health-base-full = на диске нет места: записи отклоняются, чтение идёт
health-base-full-do = освободите место
health-base-readonly = только чтение: найдено повреждение или файл закрыт для записи
health-base-readonly-do = «zvonok check», затем «zvonok restore»
health-vkid = VK ID
health-vkid-embedded = VK ID школы, внутри этого сервера
health-vkid-off = не настроен: вкладки «Авторизация в Сферум» ни у кого нет
health-vkid-off-do = задайте vk_id.provider в zvonok.toml
health-sms = СМС-коды
health-sms-screen = приходят на виртуальный телефон демонстрации
health-sms-none = канал не настроен: коды никому не приходят
health-clock = Часы
health-clock-zone = в школе { $time }, пояс { $zone }

## Deeds in the journal of actions

act-school-session-open = Вход
act-school-session-end = Сеанс закончен
act-school-session-end-others = Закончены другие сеансы
act-school-session-end-all = Закончены все сеансы
act-school-slip-issue = Выдан листок
act-school-slip-redeem = Листок использован
act-school-password-set = Пароль изменён
act-school-account-block = Вход закрыт
act-school-account-unblock = Вход открыт
act-school-setup-finish = Создан первый администратор
