### Texts that depend on numbers or on what went wrong. One id, one place of use.

## Numbers

pupils-count = { $count } { $count ->
    [one] ученик
    [few] ученика
   *[many] учеников
}

## Words that a line does not end with

words-short = в на с к о у и а не ни из за от до по во со ко об но

## Failures of the shell

failure-not-found = Такой страницы нет, или она не для вас. Проверьте адрес или вернитесь на главную.
failure-method = Эта страница так не открывается. Вернитесь на главную.
failure-sign-in-needed = Вход закончился, отправленное не записано. Войдите снова, и откроется та же страница.
failure-bad-host = Адрес сервера указан неверно. Откройте сайт по адресу, который дала школа.
failure-foreign-host = Под этим именем сервер не отвечает. Откройте сайт по адресу, который дала школа.
failure-not-secure = Соединение не защищено, страница не открыта. Прокси-сервер школы должен принимать HTTPS и сообщать об этом заголовком X-Forwarded-Proto.
failure-foreign-origin = Запрос пришёл не со страниц школы и отклонён. Ничего не изменилось.
failure-stale-form = Страница устарела: с тех пор вы вошли или вышли. Ничего не записано. Откройте её заново и повторите.
failure-bad-query = Адрес страницы записан с ошибкой. Вернитесь на главную и откройте её снова.
failure-bad-form = Форма пришла не полностью. Ничего не записано. Откройте страницу заново и повторите.
failure-too-large = Больше { $most } МБ за один раз не принимается. Ничего не записано.
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
tab-homework-counted = не сделано
tab-timetable = Расписание
tab-link = Авторизация в Сферум
tab-sferum = Сферум
tab-sferum-counted = непрочитанных
tab-today = Сегодня
tab-gradebook = Журнал
tab-class = Класс { $class }
tab-substitutions = Замены
tab-health = Состояние
tab-people = Люди
tab-import = Загрузка
tab-links = Связи VK ID
tab-sessions = Сеансы
tab-sms = СМС
tab-audit = Журнал действий
tab-safety = Безопасность
tab-safety-counted = новых
context-pupil = Ученик
context-guardian = Родитель: { $child }
context-staff = Сотрудник
context-administrator = Администратор
context-nobody = без роли в школе

## Error pages

error-title = Не получилось
error-home = На главную
error-sign-in = Войти снова
error-heading-missing = Такой страницы нет
error-heading-closed = Не получилось открыть
error-heading-server = Сервер не справился
error-heading-request = Не получилось выполнить

## Sign-in, slips, setup

sign-in-title = Вход
sign-in-bells = Первый звонок в { $first }, последний в { $last }.
sign-in-help = Техническая помощь: { $who }.
vkid-title-session = Вход через VK ID школы
vkid-title-consent = Доступ для приложения
vkid-title-back = Возвращаемся на сайт
sex-female = женский
sex-male = мужской
certificate-title = Сертификат школы
certificate-issuer = Звонок: { $school }
slip-title = Первый вход
setup-title = Первый администратор
wrong-password = Прежний пароль не подходит. Пароль не изменён.
confirm-title = Подтвердите, что это вы
confirm-needed = Для этого действия нужно ещё раз ввести пароль. Ничего не записано.
confirm-wrong = Пароль не подходит. Проверьте раскладку. Пока ничего не записано.

## Profile

profile-title = Профиль и устройства
profile-password-set = Пароль изменён.
profile-password-others = На других устройствах вход закончился.
device-unknown = неизвестный браузер
vkid-access-ended = Закончено.
vkid-access-ended-more = Войти снова можно только заново.
backup-title = Резервная копия и проверки
backup-busy = Подождите.
backup-busy-more = База уже копируется или проверяется. Попробуйте через несколько минут.
backup-failed = Копии нет.
backup-unsound = В базе найдены повреждения, испорченную копию программа не отдаёт. Проверьте базу здесь же.
backup-full = На сервере не хватило места для копии. Освободите место; сама база цела.
backup-not-made = Сервер не смог её сделать, причина записана в журнал программы. Сама база не изменилась.
check-good = База цела.
check-good-more = Все страницы файла читаются, все связи на месте.
check-findings = { $count ->
    [one] Найдено { $count } повреждение.
    [few] Найдено { $count } повреждения.
   *[many] Найдено { $count } повреждений.
}
check-bad-more = Файл не изменён. Остановите сервер и верните базу из копии командой «zvonok restore».
verify-good = Журнал действий не изменён.
verify-good-more = Записей в нём: { $rows }. Присланные файлы целы, сообщения стоят по порядку.
verify-findings = { $count ->
    [one] Найдено { $count } расхождение.
    [few] Найдено { $count } расхождения.
   *[many] Найдено { $count } расхождений.
}
verify-bad-more = Кто-то менял базу мимо программы, или она повреждена. Ничего не исправляйте: сохраните файл базы и разберитесь, кто имел к нему доступ.
applications-title = Приложения VK ID
application-new-title = Новое приложение
application-added = Приложение «{ $name }» заведено
application-rotated = Новый ключ приложения «{ $name }»
application-odd = Настоящий VK ID адреса без https не принимает: { $address }. Здесь он работает.
application-remove-title = Удаление приложения
application-removed = Приложение удалено.
application-removed-more = Все его токены погашены.
client-number = Номер приложения — целое число больше нуля.
client-taken = Номер { $id } уже есть или был: номера не выдаются второй раз. Возьмите другой.
client-missing = Такого приложения нет. Возможно, его уже удалили.
client-school = Это сам портал школы: его заводит каждый запуск сервера.
client-name = Нужно название до ста знаков.
client-redirects = Назовите хотя бы один адрес возврата.
client-redirect = Адрес возврата «{ $text }» не подходит. Нужен полный адрес без решётки, например https://club.example/callback.
client-redirects-hint = По одному в строке, буква в букву, например https://club.example/callback.
client-origins-hint = По одному в строке. Чьи страницы показывают кнопку входа: схема и имя без пути, например https://club.example.
client-origin = Сайт «{ $text }» не подходит. Нужны схема и имя без пути, например https://club.example.
block-title = Закрыть вход
new-person-title = Новый сотрудник
staff-role = Выберите роль сотрудника.
sign-ins-title = Кто и откуда входил
sign-ins-own = Входы с вашим логином за последние 90 дней, и попытки, которые не удались.
sign-ins-of-person = Входы с логином этого человека за последние 90 дней, и попытки, которые не удались.
sign-in-way-password = логин и пароль
sign-in-way-slip = код с листка
sign-in-way-setup = ссылка первого администратора
sign-in-way-confirmation = пароль ещё раз, уже внутри
sign-in-outcome-entered = Вход
sign-in-outcome-confirmed = Пароль подтверждён
sign-in-outcome-wrong = Неверный пароль
sign-in-outcome-wrong-code = Неверный код
sign-in-outcome-blocked = Вход закрыт школой
session-ended = Вход на этом устройстве закончен.
sessions-ended = { $count ->
    [0] Других входов не было.
    [one] Закончен { $count } вход.
    [few] Закончено { $count } входа.
   *[many] Закончено { $count } входов.
}
sessions-ended-here = Здесь вы остались.

## Administrator

pages-range = { $from }–{ $to } из { $total }
people-title = Люди
person-title = Карточка человека
people-count = { $count ->
    [0] Никто не нашёлся
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
slips-title = Листки для входа
slips-heading = Листки для входа: { $whom }
slips-staff = сотрудники
slips-staff-title = Сотрудники
slips-people = { $count ->
    [one] { $count } человек
    [few] { $count } человека
   *[many] { $count } человек
}
slips-without = { $count ->
    [0] у всех есть пароль или листок
   *[other] { $count } ещё без пароля и без листка
}
slips-to-class = К классу
slips-to-list = Ко всем листкам
slips-to-people = К списку людей
slips-bar-staff = листок выдаёт администратор
slips-bar-login = логина нет
slips-bar-blocked = вход закрыт, листок не подействует
slips-nobody = Никто не отмечен. Отметьте хотя бы одного человека.
slips-refused-staff = { $name }: это сотрудник школы, листок выдаёт администратор. Ни один листок не выдан.
slips-refused-login = { $name }: логина нет. Ни один листок не выдан.
slips-refused-blocked = { $name }: вход закрыт, листок не подействует. Сначала откройте вход. Ни один листок не выдан.
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
target-person = человек № { $id }
target-lesson = урок № { $id }
target-work = работа № { $id }
target-message = сообщение № { $id }
target-vk-session = вход в VK ID № { $id }
target-session = сеанс № { $id }
target-import = загрузка № { $id }
target-class-group = класс № { $id }
target-attempt = попытка входа № { $id }
target-phone-guard = номер телефона № { $id }
target-school = школа
target-report = обращение № { $id }
target-hold = запрет № { $id }
target-opening = открытие чата № { $id }
target-chat = чат № { $id }
target-call = Видеоконференция № { $id }
chat-kind-private = двое
chat-kind-supervised = ученик и взрослый школы
chat-kind-family = родители и сотрудник
chat-kind-staff-group = группа сотрудников
chat-kind-pupils-group = группа учеников
health-base = База
health-base-good = читает и пишет
health-base-full = на диске нет места: записи отклоняются, чтение идёт
health-base-full-do = освободите место
health-base-readonly = только чтение: найдено повреждение или файл закрыт для записи
health-base-readonly-do = «zvonok check», затем «zvonok restore»
health-vkid = VK ID
health-vkid-embedded = VK ID школы, внутри этого сервера
health-vkid-service = служба VK ID, { $host }
health-vkid-off = не настроен: вкладки «Авторизация в Сферум» ни у кого нет
health-vkid-off-do = задайте vk_id.provider в zvonok.toml
health-sms = СМС-коды
health-sms-screen = приходят на виртуальный телефон демонстрации
health-sms-log = пишутся в файл на сервере
health-sms-http = уходят через { $host }
health-sms-slip = их читает вслух администратор, на странице «СМС»
health-calls = Видеоконференции
health-calls-off = не настроены
health-calls-off-do = Адрес сервера называют в zvonok.toml, раздел [calls]. Что ещё нужно, скажет «zvonok doctor calls».
health-calls-on = идёт { $calls } из { $rooms }, участников { $people }, в одной до { $most }
health-calls-https = Сайт открыт без HTTPS: на других компьютерах камера и микрофон не включатся.
health-calls-full = Новая не начнётся, пока не закончится одна из идущих. Предел меняют в zvonok.toml: calls.rooms.
health-files = Файлы
health-files-line = { $used } из { $most }
health-files-near = Место для файлов подходит к концу. Увеличьте его настройкой files_school_gib или попросите людей меньше слать видео.
health-sms-unneeded = не нужны: людей узнаёт служба VK ID
health-sms-none = канал не настроен: коды никому не приходят
health-clock = Часы
health-clock-zone = в школе { $time }, пояс { $zone }

## The import of the school's tables, on the page and on the console

import-guess = определить самой программе
import-no-files = Файлы не выбраны. Выберите хотя бы одну таблицу.
import-gone = Этих файлов на сервере уже нет.
import-gone-more = Они ждут полчаса и не переживают перезапуск. Ничего не загружено. Выберите их снова.
import-wrong = В таблицах есть ошибки
import-right = Таблицы в порядке
import-right-more = Пока ничего не записано. Посмотрите, что изменится, и загрузите.
import-same = Загружать нечего
import-same-more = В базе уже всё так, как в таблицах. Ничего не записано.
import-done = Таблицы загружены.
import-done-more = Загрузка { $import }: новых записей { $added }, изменено { $changed }.
import-written = новых { $added }, изменено { $changed }
import-more = И ещё { $count }.
import-heading = Загрузка { $import }
import-undone = Загрузка отменена.
import-undone-more = Всё, что она добавила и изменила, стало как прежде.
import-refused = Ничего не загружено. Исправьте { $count } { $count ->
    [one] место
    [few] места
   *[many] мест
} и повторите.
import-tab = табуляция
import-sign = «{ $sign }»
import-note = кодировка { $encoding }, разделитель { $delimiter }, { $rows } { $rows ->
    [one] строка
    [few] строки
   *[many] строк
}
import-unkept = эта версия не хранит: { $columns }
import-counts = новых { $added }, изменено { $changed }, без изменений { $same }
import-field-id = внешний ID
import-field-name = имя
import-field-birth = дата рождения
import-field-sex = пол
import-field-phone = телефон
import-field-snils = СНИЛС
import-field-account = учётная запись
import-field-roles = права
import-field-homeroom = классное руководство
import-field-class = класс
import-field-subgroups = подгруппы
import-field-guardianship = родство, доступ или порядок связи
import-field-teacher = учитель
import-field-load = часы или кабинет
import-field-dates = название или даты
import-field-marks-close = день закрытия отметок
import-field-class-card = кабинет, периоды, звонки или пятидневка
import-undo-missing = такой загрузки нет. Проверьте номер
import-undo-undone = она уже отменена
import-undo-later = после неё была загрузка { $later }. Сначала отмените ту
import-undo-used = отменить нельзя, на неё уже опираются: { $what }{ $whose }. Ничего не изменено
import-undo-lessons = отменить нельзя, по её расписанию уже заполнено: { $count } { $count ->
    [one] урок
    [few] урока
   *[many] уроков
}. Ничего не изменено
import-undo-messages = отменить нельзя, в чатах её классов уже есть сообщения. Ничего не изменено
import-row-year = учебный год
import-row-term = период
import-row-days-off = каникулы
import-row-class = класс
import-row-subgroup = подгруппа
import-row-person = человек
import-row-account = учётная запись
import-row-grant = права
import-row-membership = место в классе
import-row-guardianship = связь с ребёнком
import-row-subject = предмет
import-row-teaching = нагрузка
import-row-bells = звонки
import-row-marks-close = закрытие отметок
import-row-timetable = расписание
import-file-none = нет ни одной таблицы. Имена файлов: { $names }
import-file-unknown = такой таблицы нет среди известных. Имена файлов: { $names }
import-file-workbook = это книга электронной таблицы. Сохраните лист как CSV
import-file-second = это вторая таблица того же вида, первая — { $first }. Оставьте одну
import-file-empty = файл пуст, нужна хотя бы строка с названиями столбцов
import-file-not-text = это не текст в кодировке { $encoding }. Сохраните таблицу как CSV или укажите другую кодировку
import-file-large = файл больше { $most } МБ
import-file-rows = больше { $most } строк. Разделите таблицу и загрузите по частям
import-file-columns = больше { $most } столбцов
import-header-missing = нет обязательного столбца
import-header-unknown = такого столбца в этой таблице не бывает. Исправьте название или удалите его
import-header-repeated = столбец стоит дважды
import-header-unnamed = у { $place }-го столбца нет названия
import-row-short = в строке клеток { $has }, а столбцов { $needs }
import-row-long = в строке клеток { $has }, а столбцов { $needs }; лишнее удалите
import-row-quote = кавычка открыта и не закрыта
import-row-repeated = о том же говорит строка { $line }. Оставьте одну
import-cell = «{ $text }» — { $fault }
import-cell-empty = клетка пуста, а столбец обязательный
import-cell-formula = формула; впишите её значение
import-cell-long = слишком длинно: знаков { $has }, можно { $most }
import-cell-invisible = внутри невидимый знак; наберите заново
import-cell-snils = не СНИЛС: нужно 11 цифр с верной контрольной суммой
import-cell-time = не время; пример: 8:30
import-cell-number = не целое число от { $least } до { $most }
import-cell-class = не название класса; пример: 6 «А»
import-cell-sex = не пол; впишите «ж» или «м»
import-cell-yes-no = впишите «да» или «нет»
import-cell-access = не вид доступа; бывает «полный», «чтение» и «нет»
import-cell-weekday = не день недели
import-cell-terms = не вид периодов; бывает «четверть», «триместр», «полугодие» и «модуль»
import-cell-days = не вид дней; бывает «каникулы», «праздник» и «как понедельник»
import-cell-week = не вид недель; бывает «все», «1» и «2»
import-cell-subgroups = не подгруппы; пример: «англ:1; инф:2», в каждом делении одна
import-cell-login = не логин: годятся строчные латинские буквы, цифры, точка и дефис
import-cell-other-class = в столбце «Класс» другое
import-cell-unsupported = эта версия такого не загружает; оставьте клетку пустой
import-name-empty = не имя
import-name-character = в имени не бывает знака «{ $found }»
import-date-unreadable = не дата; пример: 05.09.2014
import-date-month = такого месяца нет
import-date-day = такого дня в этом месяце нет
import-date-year = год из двух цифр; нужны четыре
import-date-future = этот день ещё не наступил
import-date-early = раньше 1900 года
import-phone-rounded = номер потерян: таблица округлила его; сделайте столбец текстовым и впишите номер заново
import-phone-character = в номере не бывает знака «{ $found }»
import-phone-short = в номере не хватает цифр; пример: +7 900 000-00-01
import-phone-long = в номере лишние цифры; пример: +7 900 000-00-01
import-phone-country = нет кода страны; пример: +375 29 123-45-67
import-person-repeated-id = «{ $text }» уже стоит в строке { $line }
import-person-repeated = этот же человек уже есть: { $file }, строка { $line }. Оставьте одну строку
import-person-differs = этот человек записан иначе: { $file }, строка { $line }. Сделайте одинаково
import-person-other = под этим внешним ID в базе другой человек: { $name }. Исправьте ID
import-person-other-id = этот человек есть в базе под внешним ID «{ $id }». Впишите его
import-person-namesake-login = { $text }: в базе есть человек с этим именем, и неясно, он ли это. Если он, впишите в столбец «Логин»: { $login }; если другой, впишите новый логин
import-person-namesake = { $text }: в базе есть человек с этим именем, и неясно, он ли это. Впишите внешний ID или дату рождения
import-person-namesake-line = { $text }: то же имя в строке { $line }, и неясно, один ли это человек. Впишите внешний ID в обе строки
import-person-login-taken = логин «{ $text }» занят другим человеком
import-person-other-login = у этого человека уже есть логин «{ $login }». Впишите его или оставьте клетку пустой
import-no-class = класса { $label } нет ни в таблице «Классы», ни в базе
import-no-teacher = «{ $text }» — такого сотрудника нет ни в таблице «Сотрудники», ни в базе. Нужно полное имя
import-namesakes = «{ $text }» — таких сотрудников { $count }. Впишите внешний ID вместо имени
import-no-child = «{ $text }» — такого ученика нет. Впишите его внешний ID
import-child-by-name = «{ $text }» — одного имени мало. Впишите внешний ID или имя с датой рождения
import-child-class = этот ребёнок в классе { $label }
import-no-teaching = «{ $text }» — этого предмета у класса или подгруппы нет в таблице «Нагрузка»
import-teaching-another = «{ $text }» — в таблице «Нагрузка» этот предмет там ведёт другой учитель
import-division = «{ $text }» — впишите, какое это деление: «англ», «инф»
import-no-bells = «{ $text }» — такого набора нет в таблице «Звонки»
import-no-bell = на этот урок нет звонка
import-no-terms = таких периодов нет в таблице «Периоды»
import-part-of-grade = каникулы хранятся для всей параллели; перечислите все её классы
import-span-backwards = кончается раньше, чем начинается
import-span-overlaps = пересекается со строкой { $line }
import-span-repeated = этот номер уже стоит в строке { $line }
import-span-year = не в { $from }/{ $to } учебном году, как первый период
import-busy-teacher = учитель в это время занят: { $other }
import-busy-class = у класса в это время другой урок: { $other }
import-busy-room = кабинет в это время занят: { $other }
import-busy-line = строка { $line }
import-busy-elsewhere = урок класса, которого нет в таблице

## Deeds in the journal of actions

act-diary-lesson-words = Записаны тема и задание
act-diary-lesson-journal = Записаны посещаемость и оценки
act-diary-lesson-substitute = Поставлена замена
act-diary-lesson-cancel = Отменён урок
act-diary-lesson-restore = Урок возвращён в расписание
act-diary-work-add = Добавлена работа
act-diary-work-publish = Работа показана ученикам
act-diary-absence-reason = Записана причина пропуска
act-school-init = Заведена база школы
act-school-setup-begin = Выдана ссылка первого администратора
act-school-account-create = Заведена учётная запись
act-school-import-apply = Загружены таблицы
act-school-person-rename = Изменено имя в списке школы
act-school-import-undo = Загрузка таблиц отменена
act-school-session-open = Вход
act-school-session-confirm = Вход подтверждён паролем
act-school-session-end = Сеанс закончен
act-school-session-end-others = Закончены другие сеансы
act-school-session-end-all = Закончены все сеансы
act-school-slip-issue = Выдан листок
act-school-slip-issue-many = Выданы листки
act-school-slip-redeem = Листок использован
act-school-password-set = Пароль изменён
act-school-account-block = Вход закрыт
act-school-account-unblock = Вход открыт
act-school-setup-finish = Создан первый администратор

## The diary

diary-no-lessons = Уроков нет
diary-week-empty = На этой неделе уроков нет
diary-last-lessons = Последние уроки были { $day }.
diary-first-lessons = Уроки появятся, когда школа опубликует расписание.
diary-cancelled = отменён
diary-cancelled-why = отменён: { $reason }
diary-instead = замена: вместо урока «{ $subject }»
diary-substituted = замена учителя
diary-weight = вес { $weight }
diary-room = каб. { $room }
glyph-point = оценку нужно заработать
glyph-exempt-short = осв
glyph-exempt = освобождён от работы
glyph-exempt-lesson = освобождён на уроке
glyph-corrected = исправлено: было { $before }, стало { $now }
glyph-absent-short = н
glyph-absent = нет на уроке
glyph-absent-illness = нет на уроке, болезнь
glyph-absent-valid = нет на уроке, уважительная причина
glyph-absent-invalid = нет на уроке без уважительной причины
glyph-absent-school = нет на уроке, по заданию школы
glyph-illness-short = б
glyph-valid-short = у
glyph-school-short = ш
glyph-late-short = о
glyph-late = опоздание { $count } { $count ->
    [one] минута
    [few] минуты
   *[many] минут
}
glyph-distance-short = д
glyph-distance = на уроке из дома
strip-now = Сейчас { $lesson }
strip-next = Дальше { $lesson }
strip-minutes = до звонка { $count } { $count ->
    [one] минута
    [few] минуты
   *[many] минут
}
strip-no-lessons = Сегодня уроков нет
strip-over = Уроки на сегодня закончились
strip-tomorrow = завтра
strip-due = К { $day } { $count ->
    [1] осталось одно задание
    [2] осталось два задания
    [3] осталось три задания
    [4] осталось четыре задания
    [5] осталось пять заданий
    [one] осталось { $count } задание
    [few] осталось { $count } задания
   *[many] осталось { $count } заданий
}
strip-nothing-due = Все задания сделаны
subjects-year = учебный год
subject-hours = { $count } { $count ->
    [one] час
    [few] часа
   *[many] часов
} в неделю
subject-absences = { $count } { $count ->
    [one] пропуск
    [few] пропуска
   *[many] пропусков
}
why-best = Выше только учить дальше: это уже «5». Оценку за период решает учитель.
why-next = До «{ $mark }» (от { $line }) не хватает пятёрок общим весом { $fives }. Оценку за период решает учитель.
why-described = Средний { $average } из { $count } { $count ->
    [one] оценки
   *[other] оценок
}: кирпичи на весах, опора на среднем
homework-today = сегодня
homework-left = { $count ->
    [0] Всё сделано
    [1] Осталось одно задание
    [2] Осталось два задания
    [3] Осталось три задания
    [4] Осталось четыре задания
    [5] Осталось пять заданий
    [one] Осталось { $count } задание
    [few] Осталось { $count } задания
   *[many] Осталось { $count } заданий
}

## The journal's refusals

journal-no-work = Такой работы или задания нет. Откройте урок заново.
journal-no-type = Такого вида работы нет. Выберите из списка.
journal-not-in-group = Этого ученика не было в группе в день урока. Ничего не записано.
journal-not-a-mark = Бывают 5, 4, 3, 2, точка и «осв». Ничего не записано.
journal-no-cell = У этой работы одна оценка.
journal-stale = Пока вы писали, оценку изменили. Ваше осталось в клетках, рядом — то, что в них сейчас. Посмотрите и сохраните ещё раз.
journal-early = Урок ещё не начался.
journal-cancelled = Урок отменён, записывать в него нельзя.
journal-closed = Период закрыт, оценки изменить нельзя. Обратитесь к завучу.
journal-title-long = Название длиннее 200 знаков. Сократите его.
journal-text-long = Текст слишком длинный. Сократите его, ничего не записано.
journal-text-unclean = В тексте есть невидимые управляющие знаки. Наберите его заново.
journal-minutes = Опоздание — от 1 до 45 минут.
journal-no-absence = На этом уроке пропуска нет, причину указать не к чему.

## Teachers and the head of studies
lesson-title = Урок
lesson-number = урок { $n }
lesson-cancelled = Урок отменён. Записывать в него нельзя.
lesson-substitute = Вы заменяете на этом уроке. Отмечайте посещаемость, тему, задание и оценки.
lesson-cell = { $name }: оценка { $n }
lesson-since = сейчас { $value }
lesson-since-empty = сейчас пусто
lesson-saved = Сохранено.
teaching-lessons = { $count ->
    [0] уроков нет
    [one] { $count } урок
    [few] { $count } урока
   *[many] { $count } уроков
}
teaching-stands-in = вы заменяете
teaching-given = замена: { $name }
class-reason-saved = Причина записана.
substitutions-count = { $count ->
    [0] замен нет
    [one] { $count } замена
    [few] { $count } замены
   *[many] { $count } замен
}
substitutions-cancelled = Урок отменён
substitutions-instead = { $name }, { $subject }
substitution-knows-subject = ведёт этот предмет
substitution-knows-class = ведёт этот класс
substitution-saved = Замена поставлена.
substitution-cancelled = Урок отменён.
substitution-restored = Урок снова как по расписанию.
substitution-told = Ученики, родители и учителя видят это сразу.
substitution-state = Этот урок отменён или перенесён. Сначала верните его как по расписанию.
substitution-held = Урок уже проведён, изменить его нельзя.
substitution-busy = Этот учитель уже занят в это время. Выберите другого.
substitution-room = Этот кабинет уже занят в это время. Выберите другой.
substitution-same = Этот учитель и так ведёт урок. Выберите другого учителя, предмет или кабинет.
substitution-no-reason = Напишите причину: её увидят ученики и родители.
substitution-reason-long = Причина — не больше 200 знаков, сейчас { $has }.
substitution-nothing = Урок и так идёт по расписанию.

## Чаты

sferum-title = Сферум
chat-slow-down = Слишком часто. Сообщение осталось у вас, оно уйдёт через секунду.
chat-body-empty = Сообщение пустое. Напишите хотя бы слово.
chat-body-long = Сообщение длиннее 4000 знаков. Текст остался в поле: разделите его на части.
chat-body-control = В сообщении есть управляющие знаки. Текст остался в поле: уберите их и отправьте снова.
chat-body-direction = В сообщении есть знаки, которые меняют направление письма. Уберите их и отправьте снова.
chat-body-zero-width = В сообщении подряд стоят невидимые знаки. Уберите их и отправьте снова.
chat-body-marks = В сообщении слишком много значков над одной буквой. Уберите лишние и отправьте снова.
chat-send-conflict = Под этим номером уже отправлено другое сообщение, оно осталось. Откройте чат заново и повторите.
chat-many-files = В одном сообщении не больше { $most } файлов. Уберите лишние и отправьте снова.
chat-no-file = Одного из файлов на сервере уже нет. Сообщение не отправлено: прикрепите файлы ещё раз.
upload-read-only = Здесь можно только читать. Файл не отправлен.
upload-empty = Файл пустой. Он не отправлен.
upload-too-large = Файл занимает { $used }, а можно не больше { $most }. Он не отправлен.
upload-own-quota = Этот файл не поместится: ваши файлы занимают { $used } из { $most }. Он не отправлен.
upload-school-quota = Этот файл не поместится: файлы школы занимают { $used } из { $most }. Он не отправлен; о месте на сервере скажите администратору.
upload-bad-part = Часть файла пришла с ошибкой. Отправьте её ещё раз.
upload-missing = Пришли не все части файла. Отправьте недостающие.
upload-digest = Файл пришёл не таким, каким он был у вас. Прикрепите его ещё раз.
upload-complete = Этот файл уже отправлен целиком.
upload-thumb = Уменьшенная картинка не подошла. Сам файл отправлен.
file-voice = Голосовое сообщение
chat-file = вложение
files-title = Файлы чата
attach-title = Прикрепить файл
attach-hint = До { $most }. Фотография уйдёт без места съёмки.
size-kb = { $number } КБ
size-mb = { $number } МБ
size-gb = { $number } ГБ
chat-read-only = Здесь можно только читать. Сообщение не отправлено, текст остался в поле.
chat-link-letters = На самом деле это { $host }: буквы подменены похожими.
chat-link-hidden = На самом деле ведёт на { $host }.
chat-new-device = Вы недавно вошли с этого устройства и пишете сразу многим. Если это вы, подтвердите отправку. Пока не отправлено ничего.
audit-until = до { $when }
chat-asks-call = Да, уведомить всех
chat-asks-device = Да, это пишу я
chat-quote-gone = сообщение недоступно
chat-reply-gone = Сообщения, на которое вы отвечаете, больше нет. Ответ не отправлен, текст остался в поле.
chat-everyone-by-staff = Позвать всех сразу могут только учителя и администрация. Сообщение не отправлено, текст остался в поле.
chat-calls-many = Уведомление получат { $people ->
    [one] { $people } человек
    [few] { $people } человека
   *[other] { $people } человек
}. Отправьте ещё раз, если это нужно.
ack-count = ознакомились { $done } из { $all }
ack-due = до { $date }
ack-by-staff = Просить об ознакомлении могут только учителя и администрация. Сообщение не отправлено, текст остался в поле.
ack-overdue = День, до которого нужно ознакомиться, уже прошёл. Укажите сегодняшний или более поздний.
ack-own = Это ваше сообщение: ознакомиться с ним просят других.
ack-read-only = Чат закрыт, отметить ознакомление уже нельзя.
ack-reminded = Напоминание уже было меньше суток назад. Следующее можно отправить позже.
ack-nobody = Напоминать некому: в чате ознакомились все, остальные к Сферуму ещё не подключены.
chat-edit-acknowledged = С этим сообщением уже ознакомились, поэтому исправить его нельзя. Напишите новое.
register-title = Кто ознакомился
register-slips-title = Листки на подпись
register-unlinked = { $name } (нет в Сферуме)
register-unlinked-self = нет в Сферуме
register-reminder = Напоминание: с этим сообщением нужно ознакомиться. Нажмите под ним «Ознакомлен(а)».
register-reminded = Напоминание отправлено.
register-not-reminded = Напоминание не отправлено.
card-homework = Домашнее задание
card-substitution = Изменение в расписании
card-closed = Карточка недоступна: дневник показывает её только тем, кого она касается.
card-withdrawn = Задание снято.
card-restored = Изменение отменено, урок будет по расписанию.
card-due = { $subject } · к { $date }
card-lesson = { $date }, { $n }-й урок · { $subject }
card-instead = ведёт { $name }: { $subject }
card-cancelled = урока не будет
card-nothing = Задания нет, поэтому отправлять в чат нечего. Напишите задание или уберите выбор чата.
poll-title = Новый опрос
poll-votes-title = Кто как проголосовал
poll-votes = { $count ->
    [one] { $count } голос
    [few] { $count } голоса
   *[other] { $count } голосов
}, { $share } %
poll-voters = проголосовали: { $count }
poll-families = проголосовало семей: { $count }
poll-anonymous = анонимный опрос: итоги после закрытия
poll-anonymous-closed = анонимный опрос
poll-family = один голос от семьи, считается последний
poll-multiple = можно выбрать несколько
poll-closed = опрос закрыт
poll-until = до { $moment }
poll-voted = ваш голос принят
poll-family-voted = голос от вашей семьи есть
poll-no-question = Напишите вопрос: о чём опрос.
poll-long-question = Вопрос длиннее { $most } знаков. Подробности напишите отдельным сообщением.
poll-few = Нужно хотя бы два варианта ответа, каждый с новой строки.
poll-many = Вариантов больше { $most }. Оставьте главные.
poll-long-option = Вариант { $option } длиннее { $most } знаков. Сократите его.
poll-equal = Вариант «{ $option }» записан дважды. Оставьте один.
poll-not-here = В этом чате опросов нет. Задайте вопрос обычным сообщением.
poll-anonymous-pupil = Анонимные опросы могут начинать учителя и родители. Уберите отметку, и опрос начнётся.
poll-no-families = Один голос от семьи бывает только там, где есть родители. Уберите отметку, и опрос начнётся.
poll-bad-end = Опрос может закрыться не раньше чем через минуту и не позже чем через год. Проверьте день и время.
poll-no-edit = Опрос изменить нельзя: за него уже могли проголосовать. Закройте его и начните новый.
poll-is-closed = Опрос уже закрыт. Голос не изменён.
poll-no-option = Вариант не выбран. Выберите его и проголосуйте снова.
poll-one-only = Здесь можно выбрать только один вариант. Голос не изменён.
poll-not-family = В этом опросе голосуют родители учеников, один голос от семьи.
poll-read-only = Сейчас в этом чате не голосуют.
poll-not-yours = Закрыть опрос может тот, кто его начал, или тот, кто ведёт чат.
chat-no-reactions = В этом чате реакции выключены.
chat-reactions-moderator = Включать и выключать реакции может тот, кто ведёт чат.
chat-pin-moderator = Закреплять сообщения здесь может классный руководитель или тот, кто ведёт чат.
chat-pins-many = Закреплено уже { $most } сообщений. Сначала открепите лишнее.
search-title = Поиск
search-no-words = В запросе нет ни букв, ни цифр. Введите хотя бы одно слово.
search-too-long = Запрос длиннее 200 знаков: в нём { $has }. Оставьте несколько главных слов.
reaction-yes = да
reaction-thanks = спасибо
reaction-clear = понятно
reaction-great = здорово
reaction-funny = смешно
reaction-puzzled = не понял(а)
chat-not-yours = Это сообщение написали не вы. Ничего не изменено.
chat-read-only-unchanged = Здесь можно только читать. Сообщение осталось как было.
chat-edit-late = Исправить можно в первые { $minutes ->
    [one] { $minutes } минуту
    [few] { $minutes } минуты
   *[other] { $minutes } минут
}. Прежний текст остался.
chat-edit-stale = Сообщение уже исправили на другом устройстве. Ваш текст не записан, ниже то, что есть сейчас.
chat-delete-late = Удалить можно в первые { $minutes ->
    [one] { $minutes } минуту
    [few] { $minutes } минуты
   *[other] { $minutes } минут
}. Сообщение осталось.
act-messenger-message-delete = Удалено сообщение в чате
act-messenger-report-read = Прочитано обращение
act-messenger-report-take = Обращение взято в работу
act-messenger-report-note = Заметка к обращению
act-messenger-report-close = Обращение закрыто
act-messenger-hold-put = Поставлен запрет на изменение
act-messenger-hold-lift = Снят запрет на изменение
act-messenger-member-mute = Ученику запрещено писать
act-messenger-member-unmute = Ученику снова можно писать
act-messenger-pupils-mute = Ученикам чата запрещено писать
act-messenger-pupils-unmute = Ученикам чата снова можно писать
act-messenger-hours-set = Изменены часы чата
act-messenger-export-own = Выгружены свои чаты
act-messenger-export-chat = Выгружен чат целиком
act-messenger-file-read = Открыт файл из обращения или чужого чата
act-messenger-chat-open = Открыт чужой чат
act-messenger-chat-read = Прочитан открытый чат
act-messenger-chat-close = Открытый чат закрыт
act-messenger-chat-note = Об открытом чате принято к сведению
chat-kept = Это сообщение школа сохраняет как есть: изменить или удалить его сейчас нельзя. Вопросы — к ответственному за безопасность.
report-title = Пожаловаться
reports-title = Мои обращения
report-sent = Жалоба отправлена.
report-sent-more = Её увидят те, кто отвечает за безопасность. Ответ появится здесь.
report-insult = Оскорбления
report-bullying = Травля
report-threat = Угрозы
report-fraud = Мошенничество
report-indecent = Неприемлемое содержание
report-danger = Угроза жизни или безопасности
report-other = Другое
report-upheld = нарушение подтвердилось
report-unfounded = нарушения нет
report-passed = передано тем, кто этим занимается
report-open = Принято, скоро посмотрят
report-taken = Разбирают
report-closed = Решено: { $outcome }
report-closed-plainly = Решено
report-own = Это ваше сообщение. Жалуются на чужие.
report-too-many = За сутки от вас уже много жалоб. Напишите ответственному за безопасность или продолжите завтра.
safety-title = Безопасность
safety-count = { $count ->
    [0] Новых обращений нет
    [one] { $count } обращение ждёт решения
    [few] { $count } обращения ждут решения
   *[other] { $count } обращений ждут решения
}
safety-closed-line = Закрытые обращения, новые сверху
retention-title = Сроки хранения
retention-set = Срок записан.
retention-not-lead = Срок конфиденциальной линии задаёт ответственный за безопасность. Ничего не изменено.
retention-years = Срок — целое число лет от 1 до 25; пустое поле — хранить без срока. Ничего не изменено.
retention-classes = Чаты классов, родительские, предметные и группы учеников
retention-people = Разговоры с учениками под наблюдением, с семьями и личные
retention-staff = Чаты сотрудников
retention-news = Объявления
retention-acknowledged = Сообщения с «Ознакомлен(а)» и их реестры, в любом чате
retention-confidential = Конфиденциальная линия
retention-this-year = этот учебный год
retention-two-years = этот и прошлый учебный год
retention-school-years = { $count ->
    [one] { $count } учебный год, считая этот
    [few] { $count } учебных года, считая этот
   *[other] { $count } учебных лет, считая этот
}
retention-of-years = { $count ->
    [one] { $count } год
    [few] { $count } года
   *[other] { $count } лет
}
retention-forever = без срока
retention-kept = { $count ->
    [one] Сейчас старше срока { $count } такое сообщение.
    [few] Сейчас старше срока { $count } таких сообщения.
   *[other] Сейчас старше срока { $count } таких сообщений.
}
retention-messages = { $count ->
    [one] { $count } сообщение
    [few] { $count } сообщения
   *[other] { $count } сообщений
}
retention-files = { $count ->
    [one] { $count } файл
    [few] { $count } файла
   *[other] { $count } файлов
}
retention-line = удалено { $day }, всё до { $before }
chat-purged = Сообщения до { $before } удалены по сроку хранения
act-messenger-retention-purge = Удалены сообщения старше срока хранения
act-messenger-retention-set = Изменён срок хранения конфиденциальной линии
unattended-line = Конфиденциальная линия
unattended-observer = Ученик и взрослый остались вдвоём. Писать в чат можно будет, когда появится третий: законный представитель или классный руководитель с открытым Сферумом.
unattended-lead = На линии меньше двух ответственных за безопасность, ученики не могут на неё писать. Назначьте ещё одного или откройте ему Сферум.
unattended-adult = В группе учеников нет взрослого, который за неё отвечает. Писать в неё нельзя, пока её не возглавит сотрудник.
charge-given = За группу отвечает взрослый, в неё снова можно писать.
manifest-name = Звонок
push-title = Уведомления
push-message = Новое сообщение
push-message-of = Новое сообщение · { $class }
push-read = Прочитано на другом устройстве
push-test = Уведомления работают
push-added = Уведомления на этом устройстве включены.
push-removed = Уведомления на устройстве выключены.
push-tested = Проверка отправлена.
push-tested-more = Если за минуту ничего не появилось, проверьте, разрешены ли уведомления в настройках браузера и устройства.
push-off = Школа не включила уведомления на устройства. Ничего не изменено.
push-service = Этот браузер получает уведомления через службу, которой нет в списке школы. Попробуйте другой браузер или обратитесь к администратору.
notifications-title = Уведомления школы
notifications-on = Уведомления включены.
notifications-off = Уведомления выключены.
notifications-unread = Прочитайте, кто доставляет уведомления, и отметьте это. Ничего не изменено.
act-messenger-push-switch = Переключены уведомления на устройства
safety-no-choice = Выберите один из вариантов.
case-title = Обращение
case-taken = Обращение у вас.
case-noted = Заметка записана.
case-closed = Обращение закрыто.
case-unchanged = Ничего не записано.
case-is-closed = Обращение уже закрыто. Заметку к нему добавить можно.
desk-lead = ответственный за безопасность
desk-head = администрация школы
chats-title = Чаты школы
chats-people = { $count ->
    [0] участников нет
    [one] { $count } участник
    [few] { $count } участника
   *[other] { $count } участников
}
open-title = Открыть чат
open-tells-head = Администрация школы увидит, что вы открыли чат и зачем.
open-tells-lead = Ответственный за безопасность увидит, что вы открыли чат и зачем.
opened-title = Открытый чат
openings-title = Кто открывал чат
chat-opened = Чат открывали те, кто отвечает за безопасность: { $date }
opening-closed = Чат закрыт.
opening-noted = Принято к сведению.
later-title = Отправить позже
later-list-title = Отложенные сообщения
later-waiting = { $count ->
    [one] Отложено { $count } сообщение
    [few] Отложено { $count } сообщения
   *[many] Отложено { $count } сообщений
}
later-unsent = { $count ->
    [one] Не отправлено { $count } сообщение
    [few] Не отправлено { $count } сообщения
   *[many] Не отправлено { $count } сообщений
}
later-set = Отправим: { $when }.
later-sent = Это сообщение уже отправлено. Изменить его можно в чате.
later-no-reply = Сообщения, на которое вы отвечали, в это время уже не было.
later-dropped = Сообщение не будет отправлено.
later-bad-time = Выберите время в будущем, не дальше года. Текст остался в поле.
later-too-many = Уже ждут { $most } ваших сообщений. Сначала уберите лишние.
later-left = В это время вас уже не было в чате.
later-read-only = В это время в чате можно было только читать.
later-silenced = В это время вам нельзя было писать в чат.
later-parted = В это время в чат нельзя было писать.
later-calls = Позвать столько людей сразу можно только самому, из чата.
later-refused = Сообщение не прошло проверку. Напишите его заново.
hush-set = Уведомления чата выключены.
hush-lifted = Уведомления чата включены.
hush-bad-time = Выберите время в будущем, не дальше месяца. Ничего не изменено.
hushed-until = Уведомления выключены до { $until }
hushed-always = Уведомления выключены
rest-set = Режим «Не беспокоить» включён.
rest-lifted = Режим «Не беспокоить» выключен.
rest-until = Не беспокоить до { $until }
quiet-title = Тихие часы
quiet-set = Тихие часы записаны.
quiet-limits = Тихие часы начинаются с 17:00 до 23:00 и кончаются с 5:00 до 10:00. Ничего не изменено.
quiet-until = Тихие часы до { $until }.
quiet-teachers = Сообщение появится в чате сразу, { $count ->
    [1] учитель получит
   *[other] учителя получат
} уведомление в { $when }.
quiet-staff = Сообщение появится в чате сразу, сотрудники получат уведомление в { $when }.
quiet-guardians = Сообщение появится в чате сразу, родители получат уведомление в { $when }.
quiet-pupils = Сообщение появится в чате сразу, ученики получат уведомление в { $when }.
quiet-some = Сообщение появится в чате сразу, часть участников получит уведомление в { $when }.
chat-not-urgent = Срочными сообщения отмечают ученики и родители. Сообщение не отправлено, текст остался в поле.
chat-urgent-often = Срочных сообщений может быть не больше { $most } в сутки. Сообщение не отправлено: уберите отметку «Срочно» или позвоните в школу.
chat-called-often = Звать всех в больших чатах можно { $most ->
        [one] { $most } раз
        [few] { $most } раза
       *[other] { $most } раз
    } в сутки. Сообщение не отправлено: уберите «@все», его увидят и так.
act-messenger-urgent-send = Отправлено срочное сообщение в тихие часы
silence-title = Тишина
silence-set = Запрет записан.
silence-lifted = Снова можно писать.
silence-hours-set = Часы записаны.
silence-one = Вам нельзя писать в этот чат. Снова можно будет: { $until }.
silence-one-why = Вам нельзя писать в этот чат. Снова можно будет: { $until }. Причина: «{ $reason }».
silence-all = Ученики сейчас не пишут в этот чат. Снова можно будет: { $until }.
silence-all-why = Ученики сейчас не пишут в этот чат. Снова можно будет: { $until }. Причина: «{ $reason }».
silence-hours = Ученики пишут в этот чат с { $opens } до { $closes }. Читать можно всегда.
silence-lesson = Идёт урок: ученики пишут в этот чат после { $ends }. Читать можно всегда.
silence-lessons-on = Тихий режим на уроках включён.
silence-lessons-off = Тихий режим на уроках выключен.
silence-no-lessons = У этого чата нет уроков: тихий режим бывает в чатах классов и предметов. Ничего не изменено.
act-messenger-lessons-set = Переключён тихий режим на уроках
silence-no-pupil = Такого ученика в чате нет. Выберите из списка.
silence-bad-time = Выберите дату в будущем, не дальше двух месяцев.
silence-bad-hours = Часы должны начинаться раньше, чем кончаются: например, с 07:00 до 21:00.
export-edited = изменено
export-whole = { $chat }, все тексты
blocks-title = Заблокированные
block-done = Автор заблокирован.
block-done-more = Его сообщения теперь свёрнуты, он об этом не узнает.
block-lifted = Автор разблокирован.
block-no-peer = Заблокировать можно только ровню: ученик ученика, родитель родителя.
chat-folded = сообщение скрыто
chat-parted = Сейчас в этот чат нельзя писать. Текст остался в поле.
hold-put = Запрет поставлен.
hold-lifted = Запрет снят.
hold-of-message = Сообщение
hold-of-chat = Весь чат
note-empty = Напишите хотя бы слово.
note-long = Текст длиннее 1000 знаков. Сократите его.
note-signs = В тексте есть знаки, которые нельзя записать: управляющие или меняющие направление письма. Уберите их.
evidence-earlier = прежний текст
evidence-deleted = удалено из чата
message-title = Сообщение
message-kept = Сообщение осталось.
chat-parents = Родители { $class }
chat-class-news = Объявления { $class }
chat-school-news = Объявления школы
chat-staff-room = Учительская
chat-family = Родители: { $child }
chat-line = Доверенная линия
chat-line-of = Доверенная линия: { $pupil }
chat-group = Группа
chat-part = группа { $part }
avatar-news = Об
avatar-staff = Уч
avatar-line = ДЛ
seat-safety = за безопасность
chat-you = Вы
chat-deleted = сообщение удалено
chat-no-messages = Сообщений пока нет
chat-today = сегодня, { $day }
seat-homeroom = классный руководитель
seat-teacher = учитель
seat-head = администрация
count-pupils = { $count ->
    [one] { $count } ученик
    [few] { $count } ученика
   *[other] { $count } учеников
}
count-teachers = { $count ->
    [one] { $count } учитель
    [few] { $count } учителя
   *[other] { $count } учителей
}
count-guardians = { $count ->
    [one] { $count } родитель
    [few] { $count } родителя
   *[other] { $count } родителей
}
count-homeroom = { $count ->
    [one] классный руководитель
   *[other] классные руководители: { $count }
}
count-heads = { $count ->
    [one] { $count } из администрации
   *[other] { $count } из администрации
}
count-staff = { $count ->
    [one] { $count } сотрудник
    [few] { $count } сотрудника
   *[other] { $count } сотрудников
}
count-safety = { $count ->
    [one] { $count } ответственный за безопасность
   *[other] { $count } ответственных за безопасность
}
audience-staff-only = Ученики и родители — нет
audience-line = Больше никто: ни родители, ни учителя, ни администратор
audience-two = Больше никто
read-only-reader = Здесь вы только читаете.
read-only-closed = Чат закрыт, его можно только читать.
read-only-unattended = Сейчас писать нельзя: в чате не хватает взрослого, без которого он не ведётся. Чат откроется, как только школа его назначит или он подключится.
chat-new-title = Новый чат
chat-group-title = Новая группа
chat-about-title = О чате
way-private = Вы вдвоём
way-supervised = Увидят родители и классный руководитель
way-supervised-led = Увидят родители
way-family = С родителями: { $child }
way-line = Увидят только те, кто отвечает за безопасность
party-administrator = администратор
party-head = администрация
party-safety = отвечает за безопасность
party-homeroom = классный руководитель
party-teacher = учитель
party-guardian = родитель
party-pupil = ученик
start-no-contact = С этим человеком так начать чат нельзя. Возможно, он больше не в вашем классе.
start-too-many = За сутки начато уже { $most ->
    [one] { $most } чат
    [few] { $most } чата
   *[other] { $most } чатов
}. Новый можно начать завтра, а в прежние писать можно и сегодня.
start-line-unmanned = Доверенную линию ведут не меньше двух человек, а школа пока назначила меньше. Обратитесь к классному руководителю.
group-title-bad = Назовите группу: от одного знака до шестидесяти, одной строкой.
group-size = Выберите людей: хотя бы одного и не больше { $most }.
group-stranger = Кого-то из выбранных в такую группу позвать нельзя. Группа не изменена.
group-not-moderator = Менять группу может тот, кто её ведёт.
group-last = Этот человек ведёт группу. Сначала передайте её другому сотруднику, потом его можно убрать. Группа не изменена.
group-no-heir = Передать группу можно сотруднику, который в ней состоит. Группа не изменена.
group-not-of-class = За группу учеников может отвечать учитель их класса, у которого открыт Сферум. Группа не изменена.
group-saved = Группа изменена.
about-class-chat = Ученики класса и его учителя. Состав ведёт школа.
about-parents-chat = Родители класса, классный руководитель, администрация. Состав ведёт школа.
about-class-news = Пишут учителя класса и администрация, читают ученики и родители.
about-subject = Ученики и учителя одного предмета. Состав ведёт школа.
about-school-news = Пишет администрация, читает вся школа.
about-staff-room = Все сотрудники школы.
about-supervised = Ученик и взрослый школы. Переписку видят все, кто перечислен ниже; вдвоём они не остаются.
about-family = Родители ребёнка и сотрудник школы.
about-confidential = Ученик и те, кто отвечает за безопасность. Больше никто не прочтёт: ни родители, ни учителя, ни администратор.
about-private = Чат двоих.
about-staff-group = Группа сотрудников школы.
about-pupils-group = Ученики и взрослый, который ведёт группу.
part-moderator = ведёт чат
part-reader = только читает
part-observer = видит переписку, писать не может
act-messenger-chat-begin = Начат чат
act-messenger-reactions-set = Включены или выключены реакции в чате
act-messenger-group-gather = Собрана группа
act-messenger-group-add = В группу добавлен человек
act-messenger-group-remove = Из группы убран человек
act-messenger-group-owner = Группу ведёт другой человек
act-messenger-group-rename = Группа переименована
act-messenger-pupils-write = Изменено, пишут ли ученики друг другу
act-messenger-reachable-set = Изменено, пишут ли другие родители
audience-no-guardians = Родители — нет
audience-no-pupils = Ученики — нет
## VK ID of the school

sms-text = Код { $code } для VK ID школы. Никому его не говорите.
sms-call = Звонок с номера { $number }. Введите шесть последних цифр этого номера.
wait-hours = { $hours } ч { $minutes } мин
phone-empty = Введите номер телефона.
phone-digits = Наберите номер обычными цифрами от 0 до 9.
phone-invisible = В номере есть невидимые знаки. Наберите его заново.
phone-character = В номере телефона не бывает знака «{ $found }».
phone-short = В номере не хватает цифр: сейчас { $has }. Российский номер — 11 цифр, например +7 900 000-00-00.
phone-long = В номере слишком много цифр: сейчас { $has }. Российский номер — 11 цифр, например +7 900 000-00-00.
phone-country = Начните с +7 или 8. Для номера другой страны поставьте плюс и код страны.
phone-service = Это номер справочной или платной линии. Введите свой мобильный телефон.
vkid-not-now = Вход уже на другом шаге. Ничего не изменилось.
vkid-wrong-password = Пароль не подходит. Проверьте раскладку. Это пароль от VK ID школы, а не от дневника.
vkid-wrong-code = Код не подходит. { $left ->
    [one] Осталась { $left } попытка.
    [few] Осталось { $left } попытки.
   *[many] Осталось { $left } попыток.
}
vkid-wrong-code-last = Код не подходит, попыток больше нет. Получите новый код.
vkid-code-dead = Этот код больше не действует. Получите новый.
vkid-code-old = Прошло больше пяти минут, код устарел. Получите новый.
vkid-code-format = Код — это шесть цифр из сообщения. Попытка не потрачена.
vkid-too-soon = Новый код можно получить через { $wait }. Прежний действует, если он пришёл и попытки не кончились.
vkid-phone-taken = С этим номером только что создали VK ID. Нажмите «изменить номер» и войдите с паролем или кодом.
vkid-has-profile = Учебный профиль уже есть. Нажмите «Продолжить в учебном профиле».
vkid-no-profile = Учебного профиля ещё нет. Нажмите «Создать учебный профиль».
vkid-needs-data = Заполните информацию о себе.
vkid-many-lookups = Отсюда проверили слишком много номеров. Ничего не изменилось. Попробуйте через час.
vkid-many-passwords = Слишком много неверных паролей с этого адреса. Попробуйте через три часа или восстановите пароль с другого устройства.
vkid-no-attempt = Такого входа нет, или он давно закончился. Откройте «Авторизация в Сферум» и начните заново.
vkid-other-browser = Этот вход начат в другом браузере или на другом устройстве. Откройте «Авторизация в Сферум» здесь и начните заново.
vkid-unknown-client = Приложение, которое просит войти, здесь не записано. Вход не начат. Вернитесь на сайт, с которого пришли.
vkid-bad-redirect = Адрес возврата не принадлежит этому приложению. Вход не начат. Вернитесь на сайт, с которого пришли.
vkid-bad-request = Запрос на вход составлен неверно. Вернитесь на сайт, с которого пришли.
vkid-sign-in-needed = Сначала войдите в VK ID школы. Ничего не изменилось.
vkid-proof-needed = Сначала введите пароль ещё раз. Ничего не изменилось.
vkid-phone-held = Этот номер принадлежит другому VK ID школы. Нажмите «изменить номер» и укажите другой.
vkid-phone-locked = Для этого номера ввели слишком много неверных кодов. Укажите другой номер или обратитесь к администратору школы.
vkid-phone-locked-until = Сегодня в школе слишком много неверных кодов. Сменить номер можно будет через { $wait }.
vkid-same-phone = Это ваш нынешний номер. Укажите другой.
vkid-phone-rests = { $days ->
    [one] VK ID с этим номером недавно удалили. Номер освободится через { $days } день.
    [few] VK ID с этим номером недавно удалили. Номер освободится через { $days } дня.
   *[many] VK ID с этим номером недавно удалили. Номер освободится через { $days } дней.
}
vkid-title-new-phone = Новый номер телефона
vkid-title-phone = Номер телефона
vkid-title-password = Пароль
vkid-title-code = Код из СМС
vkid-title-person = Информация о себе
vkid-title-profile = Учебный профиль
vkid-title-review = Личные данные
vkid-title-reset = Новый пароль
vkid-title-locked = Вход по коду закрыт
vkid-title-done = Вход выполнен
vkid-expired = Прошло 15 минут.
vkid-expired-more = Вход начат заново, прежние шаги не сохранились.
vkid-sms-retrying = Код ещё не отправлен.
vkid-sms-retrying-more = Пробуем ещё раз сами. Если через минуту код не придёт, получите новый.
vkid-sms-failed = Код не отправился.
vkid-sms-failed-more = Ничего не потеряно: получите новый код или вернитесь к номеру.
vkid-sms-none = Школа пока не может отправлять коды.
vkid-sms-none-more = Скажите об этом администратору{ $help }. Вход ждёт на этом шаге 15 минут, позже его можно начать заново.
vkid-sms-slip = Код скажет школа.
vkid-sms-slip-more = Позвоните или подойдите{ $help }. Назовите номер телефона, и вам прочитают код. Он действует пять минут.
vkid-locked-until = Сегодня в школе слишком много неверных кодов. Вход без пароля откроется через { $wait }.
vkid-locked-person = Для этого номера ввели слишком много неверных кодов. Откроет вход администратор школы{ $help }.
birth-date-empty = Введите дату рождения.
birth-date-malformed = Такой даты нет. Напишите день, месяц и год, например 14.03.2014.
birth-date-future = Эта дата ещё не наступила.
birth-date-old = Дата слишком давняя. Проверьте год.
sex-empty = Выберите пол.
role-empty = Выберите, кто вы в школе.
claimed-pupil = ученик
claimed-parent = родитель
claimed-teacher = учитель или сотрудник школы
form-fix = { $count ->
    [1] Исправьте одно поле.
    [2] Исправьте два поля.
    [3] Исправьте три поля.
    [4] Исправьте четыре поля.
    [one] Исправьте { $count } поле.
    [few] Исправьте { $count } поля.
   *[many] Исправьте { $count } полей.
}

## «Мой VK ID»

me-title = Мой VK ID
me-title-confirm = Пароль ещё раз
me-title-password = Пароль
me-title-profile = Учебный профиль
me-title-delete = Удаление VK ID
me-scope-person = имя, дату рождения и пол
me-scope-phone = номер телефона
me-scope-email = почту
me-phone-changed = Телефон изменён.
me-phone-changed-more = Теперь входите с новым номером.
me-password-others = Вход на других устройствах закончился.
me-cancelled = Отменено.
me-cancelled-more = Ничего не изменилось.
me-over = Эти шаги закончились.
me-over-more = На них отводится 15 минут. Ничего не изменилось, можно начать заново.
me-signed-out = Вы вышли из VK ID школы.
me-signed-out-everywhere = Вы вышли из VK ID школы на всех устройствах.
me-consent-withdrawn = Доступ отозван.
me-consent-withdrawn-more = При следующем входе приложение снова спросит разрешение.
me-profile-saved = Учебный профиль изменён.
me-profile-waits = Изменение отправлено школе.
me-profile-waits-more = Пока его не подтвердят, профиль остаётся прежним.
me-profile-withdrawn = Запрос к школе отменён.
me-deleted = VK ID школы удалён.
me-deleted-more = Номер освободится через 30 дней.

## Linking

link-title = Авторизация в Сферум
link-not-now = Сейчас это сделать нельзя: связь уже в другом состоянии. Ничего не изменилось.
link-already = Сферум уже открыт: VK ID связан. Ничего не изменилось.
link-waiting = Связь ждёт подтверждения. Ничего не изменилось.
link-suspended = Школа приостановила вашу связь со Сферумом. Обратитесь к администратору школы.
link-foreign = Этот ответ VK ID никто не ждёт: он уже использован или получен не здесь. Ничего не связано. Откройте «Авторизация в Сферум» и начните заново.
link-other-session = Авторизация начата в другом сеансе дневника. Ничего не связано. Откройте «Авторизация в Сферум» и начните заново.
link-late = Прошло больше 15 минут, ничего не связано. Откройте «Авторизация в Сферум» и начните заново.
link-taken = Этот VK ID уже связан с другим человеком школы. Ничего не связано. Войдите со своим номером телефона.
link-wrong-password = Пароль от дневника не подходит. Ничего не связано.
link-cancelled = Авторизация отменена.
link-cancelled-more = Ничего не изменилось.
link-failed = Не удалось войти через VK ID.
link-failed-more = Попробуйте ещё раз или войдите позже. Дневник работает как прежде.
link-done = Готово, Сферум открыт.
link-unlinked = VK ID отвязан.
link-unlinked-more = Чаты закрыты, ваши сообщения остались. Связать снова можно в любой момент.
change-approved = Изменение подтверждено, профиль изменён.
change-rejected = Изменение отклонено, профиль остался прежним.
link-approved = Связь подтверждена.
link-rejected = Связь отклонена.
link-office-suspended = Связь приостановлена.
link-office-reinstated = Связь снова действует.
link-office-unlinked = Связь закончена.
link-reason-missing = Напишите причину: её увидит этот человек.
link-reason-long = Причина длиннее 300 знаков. Сократите её.
link-state-unlinked = не связан
link-state-authorizing = входит в VK ID
link-state-reviewing = проверяет данные
link-state-awaiting-approval = ждёт подтверждения
link-state-active = связан
link-state-suspended = приостановлен
link-part-surname = фамилия
link-part-given = имя
link-part-patronymic = отчество
link-part-birth = дата рождения
link-path-existing-profile = с готовым учебным профилем
link-path-profile-created = с новым учебным профилем
link-path-account-created = с новым VK ID
link-path-outside = через службу VK ID
link-event-begin = Авторизация начата
link-event-returned = Ответ VK ID
link-event-refused = VK ID никого не назвал
link-event-confirmed = Данные подтверждены
link-event-approved = Подтверждено школой
link-event-rejected = Отклонено школой
link-event-cancelled = Отменено
link-event-expired = Время вышло
link-event-unlinked = Отвязано
link-event-suspended = Приостановлено
link-event-reinstated = Снова действует
link-event-provider-revoked = VK ID удалён
link-event-profile-changed = Изменён учебный профиль
links-title = Связи VK ID
approvals-title = Подтверждение связей
approvals-count = { $count ->
    [0] Никто не ждёт подтверждения
    [one] { $count } человек ждёт подтверждения
    [few] { $count } человека ждут подтверждения
   *[many] { $count } человек ждут подтверждения
}
sms-title = СМС
sms-waiting = ждёт отправки
sms-delivered = отправлено { $at }
sms-failed-again = не отправлено: { $why }; будет повтор
sms-failed = не отправлено: { $why }
sms-dropped = не понадобилось
sms-fault-not-named = сервер не назван в настройках
sms-fault-no-name = имя сервера не найдено
sms-fault-private = имя ведёт на внутренний адрес, а в настройках он не назван внутренним
sms-fault-refused = сервер не принимает соединения
sms-fault-certificate = сертификат сервера не подходит
sms-fault-slow = сервер не ответил вовремя
sms-fault-redirect = сервер отправил по другому адресу
sms-fault-too-large = ответ слишком длинный
sms-fault-broken = ответ оборвался
sms-fault-status = сервер ответил { $status }
sms-fault-no-mark = в ответе нет признака успеха
sms-fault-no-calls = звонки не настроены
sms-fault-file = файл кодов не записывается или открыт другим
sms-again-done = Отправляем ещё раз.
sms-again-more = Что вышло, видно в строке сообщения.
sms-read-title = Код для чтения вслух
sms-read-gone = Этот код уже прочитан, заменён новым или устарел. Пусть человек попросит новый.
sms-read-other = Код не для этого номера. Проверьте номер и строку: код никому не показан.
sms-unlocked = Номер снова открыт.
sms-kind-sms = СМС
sms-kind-call = звонок
sms-flow-guarded = вход с паролем
sms-flow-open = вход без пароля
sms-figures = За сутки { $sent ->
    [0] кодов не отправляли
    [one] отправлен { $sent } код
    [few] отправлено { $sent } кода
   *[many] отправлено { $sent } кодов
}, { $failed ->
    [0] неверно не вводили
    [one] неверно ввели { $failed } раз
    [few] неверно ввели { $failed } раза
   *[many] неверно ввели { $failed } раз
}.
phone-title = Виртуальный телефон
phone-reset-done = Счётчики сброшены.
phone-reset-more = Номера, адреса и коды считаются заново.
act-identity-start = Вход в VK ID начат
act-identity-resume = Вход в VK ID продолжен
act-identity-token-issue = Приложению выданы токены
act-identity-token-end = Приложение закончило вход
act-identity-consent-revoke = Приложение отказалось от доступа
act-identity-consent-withdraw = Доступ приложения отозван
act-identity-own-prove = Пароль VK ID введён ещё раз
act-identity-own-phone = Телефон VK ID изменён
act-identity-own-password = Пароль VK ID изменён
act-identity-own-profile = Изменён учебный профиль
act-identity-own-session-end = Вход в VK ID закончен
act-identity-own-session-end-all = Закончены все входы в VK ID
act-identity-own-delete = VK ID удалён
act-linking-change-ask = Школу просят подтвердить изменение профиля
act-linking-change-withdraw = Изменение профиля отменено
act-linking-change-approve = Изменение профиля подтверждено
act-linking-change-reject = Изменение профиля отклонено
act-store-backup-download = Скачана резервная копия
act-identity-access-end-session = Закончен вход в VK ID школы
act-identity-access-end-tokens = У приложения отозван доступ
act-identity-client-add = Заведено приложение VK ID
act-identity-client-remove = Удалено приложение VK ID
act-identity-client-rotate = Новый сервисный ключ приложения
act-identity-step = Шаг входа в VK ID
act-identity-phone-unlock = Открыт вход по коду
act-identity-sms-again = Код отправлен ещё раз
act-identity-sms-read-out = Код прочитан вслух
act-identity-counters-reset = Сброшены счётчики
act-linking-begin = Авторизация через VK ID начата
act-linking-land = Ответ VK ID
act-linking-refuse = VK ID никого не назвал
act-linking-cancel = Авторизация отменена
act-linking-confirm = Данные подтверждены
act-linking-approve = Связь подтверждена
act-linking-reject = Связь отклонена
act-linking-suspend = Связь приостановлена
act-linking-reinstate = Связь снова действует
act-linking-unlink = Связь закончена

## Видеоконференции

act-calls-call-start = Начата видеоконференция
act-calls-call-end = Видеоконференция завершена для всех
act-calls-rules-set = Изменены правила видеоконференции
act-calls-person-remove = Человек удалён из видеоконференции
act-calls-person-let-back = Человеку разрешено вернуться в видеоконференцию

calls-title = Видеоконференции
calls-today = сегодня
calls-nobody-in = пока никто не подключился
calls-inside = { $n ->
    [one] подключился { $n } человек
    [few] подключились { $n } человека
   *[many] подключились { $n } человек
}
calls-inside-of = подключились { $n } из { $total }
calls-from = с { $from }
calls-from-to = с { $from } до { $to }
calls-opens = откроется в { $at }
calls-you-lead = ведёте вы
calls-by = начал(а) { $name }
calls-one-now = сейчас: { $title }
calls-many-now = { $n ->
    [one] сейчас { $n } видеоконференция
    [few] сейчас { $n } видеоконференции
   *[many] сейчас { $n } видеоконференций
}
calls-bar-open = Идёт видеоконференция
calls-bar-waits = Видеоконференция ждёт ведущего
calls-bar-lesson = Идёт видеоурок: { $subject }
calls-bar-lesson-waits = Видеоурок ждёт учителя: { $subject }
calls-bar-lesson-yours = Видеоурок ждёт вас: { $subject }
calls-bar-by = { $name }, с { $at }
calls-none-now = сейчас, по расписанию, пропущенные
call-off = Видеоконференции на этом сервере не настроены. Обратитесь к администратору школы.
call-over = Видеоконференция завершена.
call-not-in = Вы не в видеоконференции. Войдите в неё ещё раз.
call-not-begun = Видеоконференция ещё не началась.
call-stopped = Сервер видеоконференций перезапускается. Страница попробует войти ещё раз сама.
call-busy = Сервер видеоконференций занят. Страница попробует войти ещё раз сама.
call-bad-offer = Браузер предложил соединение, которого сервер не понимает. Обновите страницу или браузер.
call-start-staff = Видеоконференцию начинают учителя и другие сотрудники школы.
call-start-kind = В чате этого вида видеоконференций нет.
call-start-read-only = Здесь можно только читать, поэтому начать видеоконференцию нельзя.
call-kept-out = Ведущий удалил вас из видеоконференции. Вернуться можно, когда он разрешит.
call-full = В видеоконференции уже { $most ->
    [one] { $most } человек
    [few] { $most } человека
   *[other] { $most } человек
}, больше сервер не вместит. Скажите об этом учителю.
call-too-many = Больше { $most ->
    [one] { $most } видеоконференции
   *[other] { $most } видеоконференций
} сразу сервер не вместит. Попробуйте позже.
call-not-there = Этого человека в видеоконференции нет.
call-leads = Этот человек тоже ведёт видеоконференцию.
call-out-own = Вы вышли из видеоконференции.
call-out-lost = Связь прервалась. Страница вернётся в видеоконференцию сама.
call-out-removed = Ведущий удалил вас из видеоконференции.
call-out-rights = У вас больше нет доступа к этой видеоконференции.
call-out-replaced = Вы вошли в эту видеоконференцию на другой странице или другом устройстве.
call-out-ended = Видеоконференция завершена.
call-out-failed = В видеоконференции произошёл сбой. Страница вернётся в неё сама.
call-out-waits = Учитель отключился. Видеоконференция продолжится, когда он вернётся.
call-check-title = Проверка устройств
call-trials = Связь сейчас проверяют слишком многие. Подождите минуту и проверьте ещё раз.
check-kept = Проверено { $when }: { $found }.
check-microphone-works = вас слышно
check-microphone-silent = микрофон молчит
check-microphone-denied = браузер не даёт микрофон
check-microphone-missing = микрофон не найден
check-microphone-busy = микрофон занят другой программой
check-microphone-failed = микрофон не включился
check-camera-works = камера работает
check-camera-denied = браузер не даёт камеру
check-camera-missing = камера не найдена
check-camera-busy = камера занята другой программой
check-camera-failed = камера не включилась
check-network-udp = соединение прямое (UDP)
check-network-tcp = соединение через TCP
check-network-none = соединения нет
check-class = Готовы: { $ready } из { $total }.
check-trouble-microphone = без микрофона
check-trouble-silent = микрофон молчит
check-trouble-tcp = только TCP
check-trouble-connection = нет соединения
call-attendance-taken = Посещаемость видеоурока перенесена в журнал
call-attendance-back = Отметки по видеоуроку убраны из журнала
call-minutes = { $n } мин
call-present = был(а)
call-late = опоздание, { $n } мин
call-absent = не был(а)
act-calls-attendance-take = Посещаемость видеоурока перенесена в журнал
act-calls-attendance-take-back = Отметки по видеоуроку убраны из журнала
