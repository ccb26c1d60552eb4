// @ts-check
/** Switches notifications on for this browser, by a press of a button and never by itself. */
import { workerUrl } from "./fragment.js";

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-push-key]"));
const button = document.querySelector("#push-on");
const error = document.querySelector("#push-error");

/** @param {string} key base64url */
function bytesOf(key) {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** @param {string} text */
function complain(text) {
  if (!(error instanceof HTMLElement)) return;
  error.textContent = text;
  error.hidden = false;
}

/** @param {string} name */
const said = (name) => place?.getAttribute(name) ?? "";

async function subscribe() {
  if (await Notification.requestPermission() !== "granted") {
    complain(said("data-denied"));
    return;
  }
  let subscription;
  try {
    await navigator.serviceWorker.register(workerUrl());
    const registration = await navigator.serviceWorker.ready;
    const old = await registration.pushManager.getSubscription();
    // The old one may belong to whoever used this browser before, or be made with another key.
    if (old) await old.unsubscribe();
    const applicationServerKey = bytesOf(said("data-push-key"));
    subscription = (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })).toJSON();
  } catch {
    complain(said("data-failed"));
    return;
  }
  try {
    const body = new URLSearchParams({
      _token: said("data-csrf"),
      endpoint: subscription.endpoint ?? "",
      p256dh: subscription.keys?.p256dh ?? "",
      auth: subscription.keys?.auth ?? "",
    });
    const answer = await fetch("/profile/push", { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) {
      const told = await answer.json();
      complain(told.text ?? said("data-failed-here"));
      return;
    }
  } catch {
    complain(said("data-failed-here"));
    return;
  }
  location.reload();
}

if (place && button instanceof HTMLButtonElement) {
  document.querySelector("#push-scripts")?.remove();
  if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      await subscribe();
      button.disabled = false;
    });
  } else {
    complain(said("data-unable"));
  }
}
