// What makes pages quicker to use. Everything works without it, but for the link's fragment, which is then pasted.
"use strict";
document.documentElement.classList.add("has-script");

// The token stands behind "#", which no server sees. It leaves the address bar before anything else happens.
const opener = document.querySelector("form[data-takes-fragment]");
const takeFragment = () => {
  if (!opener || location.hash.length < 2) return;
  opener.elements.token.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  opener.submit();
};
takeFragment();
// Another link in the same window changes nothing but the fragment: no page is loaded that would run this anew.
addEventListener("hashchange", takeFragment);

// A second click while the first is under way sends nothing again: a code is good once, and its page would say so.
for (const form of document.querySelectorAll("form[method=post]")) {
  let sentAt = -Infinity;
  form.addEventListener("submit", (event) => {
    if (event.timeStamp - sentAt < 2000) event.preventDefault();
    else sentAt = event.timeStamp;
  });
}

// Show and hide a password.
for (const button of document.querySelectorAll("button[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.textContent = shown ? button.dataset.show : button.dataset.hide;
    field.focus();
  });
}

// How long a password is, while it is typed. What else is refused, the server says.
for (const field of document.querySelectorAll("input[data-least]")) {
  const hint = document.getElementById(field.dataset.tells);
  const factor = document.querySelector("input[name=factor]");
  const tell = () => {
    const least = Number(factor && factor.checked ? field.dataset.leastWithFactor : field.dataset.least);
    const length = [...field.value.normalize("NFKC")].length;
    hint.textContent = length >= least ? hint.dataset.enough : hint.dataset.short.replace("%", String(least - length));
  };
  field.addEventListener("input", tell);
  if (factor) factor.addEventListener("change", tell);
}

// Copy, save and print what must be kept.
for (const button of document.querySelectorAll("button[data-copies]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
    button.textContent = button.dataset.done;
  });
}
for (const button of document.querySelectorAll("button[data-saves]")) {
  button.addEventListener("click", () => {
    const text = document.getElementById(button.dataset.saves).textContent.trim() + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = button.dataset.name;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
for (const button of document.querySelectorAll("button[data-prints]")) button.addEventListener("click", () => window.print());

// What goes on while it is looked at, such as a file whose lines are checked: looked at again until it has ended.
const follow = async () => {
  const region = document.querySelector("[data-follows]");
  if (!region) return;
  try {
    const text = await (await fetch(location.href, { cache: "no-store" })).text();
    const next = new DOMParser().parseFromString(text, "text/html").querySelector("[data-follows]");
    if (!next) return location.reload();
    region.replaceChildren(...next.childNodes);
  } catch { /* The network may be back in a moment. */ }
  setTimeout(follow, 1000);
};
setTimeout(follow, 1000);

// A form is sent once.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });

// Tick every box of a list.
for (const button of document.querySelectorAll("button[data-ticks]")) {
  button.addEventListener("click", () => {
    for (const box of button.form.elements) if (box.name === button.dataset.ticks) box.checked = true;
  });
}

// What changes while a page is open: the server says that something did, and the page asks for itself. What somebody
// types into is left alone; a notice offers to show what holds now.
const parts = [...document.querySelectorAll("[data-live]")];
const refresh = (part, page) => {
  const now = page.getElementById(part.id);
  if ("notice" in part.dataset) {
    if (!now || now.dataset.mark !== part.dataset.mark) part.hidden = false;
  } else if (now && now.innerHTML !== part.innerHTML) {
    const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    part.replaceChildren(...now.childNodes);
    if (focused) [...part.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus({ preventScroll: true });
  }
};
if (parts.length > 0 && "EventSource" in window) {
  let isLooking = false, isNews = false;
  const look = async () => {
    isNews = true;
    if (isLooking) return;
    isLooking = true;
    while (isNews) {
      isNews = false;
      try {
        const answer = await fetch(location.pathname + location.search, { headers: { "Usher-Live": "1" } });
        if (new URL(answer.url).pathname.startsWith("/sign-in")) return source?.close();
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (answer.status < 500) for (const part of parts) refresh(part, page);
      } catch { /* The next change tries again. */ }
      await new Promise((resume) => setTimeout(resume, 2000));
    }
    isLooking = false;
  };
  // Only a page that is looked at listens: a browser has six connections to one server, however many pages are open.
  const { live, since } = parts[0].dataset;
  let source;
  const listen = () => {
    source?.close();
    if (document.visibilityState === "hidden") return;
    source = new EventSource(`/events?watch=${encodeURIComponent(live)}&since=${since}`);
    source.addEventListener("message", look);
  };
  listen();
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
}
