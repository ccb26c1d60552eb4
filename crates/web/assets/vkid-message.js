// @ts-check
/**
 * Gives the answer of a sign-in to the page that opened this tab: to the origin of the verified redirect address and to
 * no other (VK-17). Without an opener the link leads back by redirect.
 */
const element = document.querySelector("[data-message]");
const message = element?.getAttribute("data-message");
const target = element?.getAttribute("data-target");
if (message && target && window.opener) {
  window.opener.postMessage(JSON.parse(message), target);
}
