// The steps of the guide as a person takes them, by the words on the screen.
import assert from "node:assert/strict";

/** Presses a button or follows a link of the screen, and waits for the next one. */
export async function press(page, name) {
  const either = page.getByRole("button", { name, exact: true }).or(page.getByRole("link", { name, exact: true }));
  await Promise.all([page.waitForNavigation(), either.first().click()]);
}

/** From the diary to the first screen: the tab of the menu, and what stands behind it. */
export async function openLink(page) {
  await page.getByRole("navigation", { name: "Главное меню" }).getByRole("link", { name: "Авторизация в Сферум" }).click();
  const phone = page.getByLabel(/телефон/i);
  const again = page.getByRole("link", { name: "Начать заново" });
  await phone.or(again).waitFor();
  if (await again.isVisible()) await again.click();
  await phone.waitFor();
}

/** Screen 1: the phone. */
export async function givePhone(page, phone) {
  await page.getByLabel(/телефон/i).fill(phone);
  await press(page, "Продолжить");
}

/** Screen 2: the password of VK ID. */
export async function givePassword(page, password) {
  await page.getByLabel("Пароль", { exact: true }).fill(password);
  await press(page, "Продолжить");
}

/** Screen 3: the code from the SMS. */
export async function giveCode(page, code) {
  const field = page.getByRole("textbox", { name: /^Код/ });
  await field.waitFor();
  await field.fill(code);
  await press(page, "Продолжить");
}

/** The data of a person: «Заполните информацию о себе». */
export async function givePerson(page, name, { born = "14.03.2014", sex = null, role = null } = {}) {
  const [surname, given, patronymic] = name.split(" ");
  await page.getByLabel("Фамилия").fill(surname);
  await page.getByLabel("Имя", { exact: true }).fill(given);
  await page.getByLabel(/^Отчество/).fill(patronymic);
  await page.getByLabel("Дата рождения").fill(born);
  if (sex) await page.getByRole("radio", { name: sex }).check();
  if (role) await page.getByRole("radio", { name: role }).check();
}

/** Opens the class chat from the list of «Сферум». */
export async function openChat(page, name) {
  await page.getByRole("navigation", { name: "Главное меню" }).getByRole("link", { name: /^Сферум/ }).click();
  await page.waitForURL(/\/sferum/);
  await page.getByRole("main").getByRole("link", { name: new RegExp(`^${name} `) }).click();
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  await page.getByRole("textbox", { name: "Сообщение" }).waitFor();
}

/** A pupil who is signed in opens their «Сферум» by the variant of the guide that is theirs. */
export async function openSferum(page, demo, who) {
  await openLink(page);
  await givePhone(page, who.phone);
  if (who.vk_password) await givePassword(page, who.vk_password);
  await giveCode(page, await demo.code(who.phone));
  if (who.variant === 1) await press(page, "Продолжить в учебном профиле");
  else {
    if (!who.vk_password) {
      await givePerson(page, who.name, { sex: /муж/i });
      await press(page, "Продолжить");
    }
    await press(page, "Создать учебный профиль");
  }
  await press(page, "Продолжить");
  await page.waitForURL((where) => !where.pathname.startsWith("/vkid"));
}

/** Writes to the open chat. */
export async function say(page, text) {
  await page.getByRole("textbox", { name: "Сообщение" }).fill(text);
  await page.getByRole("button", { name: "Отправить", exact: true }).click();
  await said(page, text);
}

/** Waits until the open chat shows a text. */
export async function said(page, text) {
  await page.getByRole("log").getByText(text, { exact: true }).first().waitFor();
}

/** What is on the screen right now is sound: nothing went wrong, axe is silent, nothing sticks out. */
export async function sound(person) {
  person.clean();
  await person.axe();
  await person.fits();
}

/** What a browser complains of while nobody answers is the dead line, and nothing else. */
export function onlyTheLine(person) {
  for (const fault of person.takeFaults()) {
    assert.match(fault, /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket|^failed: .*\/(live|sferum)|ERR_SOCKET|Failed to fetch/);
  }
}
