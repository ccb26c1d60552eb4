// @ts-nocheck: a worker has other globals than a page.
/**
 * Shows notifications and keeps their way open, and does nothing else: no page and no answer is kept here. Each push is
 * shown, for a browser that is called without showing anything takes the permission back.
 */

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** The number on the icon: the whole of it, as the server counts. */
async function showBadge(count) {
  try {
    if (count > 0) await self.navigator.setAppBadge?.(count);
    else await self.navigator.clearAppBadge?.();
  } catch {
    // Not every system has one.
  }
}

/** Only ways within this site. */
function wayOf(text) {
  return typeof text === "string" && text.startsWith("/") && !text.startsWith("//") ? text : "/sferum";
}

self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data?.json().notification ?? {};
  } catch {
    // What cannot be read is shown as the least that it means.
  }
  const silent = told.silent === true;
  const shown = self.registration.showNotification(told.title ?? "Новое в Сферуме", {
    tag: "zvonok",
    lang: "ru",
    silent,
    renotify: !silent,
    data: wayOf(told.navigate),
  });
  event.waitUntil(Promise.all([shown, showBadge(Number(told.app_badge) || 0)]));
});

/**
 * The browser has changed the subscription by itself: the school gets the new one in the place of the old. Where the
 * school knows nothing of the old one, for instance because its owner has signed out, the new one is given up.
 */
async function renew({ oldSubscription, newSubscription }) {
  if (!oldSubscription) return;
  const fresh = newSubscription ?? await self.registration.pushManager.subscribe(oldSubscription.options);
  const { endpoint, keys } = fresh.toJSON();
  const answer = await fetch("/profile/push/renew", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ old: oldSubscription.endpoint, endpoint, p256dh: keys.p256dh, auth: keys.auth }),
  });
  if (!answer.ok) await fresh.unsubscribe();
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const way = wayOf(event.notification.data);
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window" });
    if (pages.length > 0) {
      await pages[0].navigate(way).catch(() => {});
      return pages[0].focus();
    }
    return self.clients.openWindow(way);
  })());
});
