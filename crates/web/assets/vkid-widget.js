// @ts-check
/** Tells the page around the frame that nobody is signed in: it then shows a button of its own (VK-45). */
const { handler, origin } = document.body.dataset;
if (handler && origin && window.parent !== window) {
  window.parent.postMessage({ type: "vk-sak-sdk", handler, params: {} }, origin);
}
