"use strict";
// Annotates the reader's copy in the browser: the copy never leaves it, and the claims are fetched by passage afterwards.
// Folding and places are those of app/record/anchors.py. Without this script, or without SubtleCrypto, the form is sent.

const PLAIN = [
  [/[\u2018\u2019\u201a\u201b\u2032\u02bc]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, "-"],
  [/[\u00ad\u200b\u2060\ufeff]/g, ""],
];
const plain = (text) => PLAIN.reduce((done, [marks, by]) => done.replace(marks, by), text);

function fold(text) {
  return plain(plain(text).normalize("NFKC")).replace(/[\s\x1c-\x1f\x85]+/g, " ").replace(/^ | $/g, "");
}

function paragraphs(text) {
  const lines = text.replace(/\r\n?/g, "\n").trim();
  return lines.split(/\n[^\S\n]*\n\s*/.test(lines) ? /\n[^\S\n]*\n\s*/ : "\n").map(fold).filter(Boolean);
}

async function digest(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const START = /(?:^|(?<=[.!?:;)\]"'] )|(?<= )(?=[\p{Lu}\p{N}"'([]))(?=\S)/gu;
const MOST_HASHES = 50_000;
const LONGEST = 1500; // characters between two passages that are shown whole

// Where each passage begins in the copy, in its code points; passages that are not there, or twice, are left out.
async function locate(points, folded, passages) {
  const slice = (start, end) => (typeof points === "string" ? points.slice(start, end) : points.slice(start, end).join(""));
  const found = new Map(), twice = new Set();
  let shift = 0, hashes = 0, starts = null;
  for (const { ref, start, end, sha256 } of passages) {
    const at = [...new Set([start + shift, start])].filter((place) => place >= 0);
    let place = -1;
    for (const each of at) if (place < 0 && (await digest(slice(each, each + end - start))) === sha256) place = each;
    if (place < 0) {
      starts ??= typeof points === "string" ? Array.from(folded.matchAll(START), (each) => each.index) : [...points.keys()];
      const places = [];
      for (const each of starts) {
        const after = points[each + end - start];
        if ((after !== undefined && after !== " ") || /[\p{L}\p{N}\s]/u.test(points[each + end - start - 1] ?? " ")) continue;
        if (++hashes > MOST_HASHES) break;
        if ((await digest(slice(each, each + end - start))) === sha256) places.push(each);
      }
      if (places.length === 1) [place] = places;
      if (places.length > 1) twice.add(ref);
    }
    if (place >= 0) {
      found.set(ref, place);
      shift = place - start;
    }
  }
  return { found, twice };
}

// The claims of each passage, as the page of the document shows them.
async function notes(document_) {
  const rows = new Map();
  for (let next = `/documents/${document_}/coverage?format=html`; next; ) {
    const page = new DOMParser().parseFromString(await (await fetch(next)).text(), "text/html");
    for (const row of page.querySelectorAll("tr[id]")) rows.set(row.id, Array.from(row.cells));
    next = page.querySelector("a[rel=next]")?.getAttribute("href");
  }
  return rows;
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function link(href, className, ...children) {
  const made = element("a", className, ...children);
  made.setAttribute("href", href);
  return made;
}

function noted(document_, ref, cells, said) {
  const head = element("p", "ref", link(`/documents/${document_}#${ref}`, "", cells[0].textContent));
  if (said) head.append(" ", element("b", "refuted", said));
  const made = element("section", "", head, ...Array.from(cells[1].childNodes, (each) => document.importNode(each, true)));
  made.id = `n-${ref}`;
  return made;
}

function sentence(ref, text, cells) {
  const claims = Array.from(cells[1].querySelectorAll("li"));
  const loud = [...claims].sort((one, two) => one.classList.contains("quiet") - two.classList.contains("quiet"));
  const shapes = new Map(loud.map((each) => [each.querySelector("svg").classList[1], each.querySelector("svg")]));
  const href = claims.length === 1 ? claims[0].querySelector("a").getAttribute("href") : `#n-${ref}`;
  const made = link(href, "sentence", element("span", "", text));
  for (const [status, shape] of shapes) {
    made.append(document.importNode(shape, true), element("span", "unseen", ` ${status.replaceAll("_", " ")}`));
  }
  if (shapes.size) made.classList.add([...shapes.keys()][0]);
  made.id = ref;
  return made;
}

// The copy in paragraphs, with the notes of its sentences; a passage that was not found is told after the one before it.
async function annotated(text, document_) {
  const parts = paragraphs(text), folded = parts.join(" ");
  const points = /[\ud800-\udfff]/.test(folded) ? Array.from(folded) : folded;
  const { passages } = await (await fetch(`/documents/${document_}?format=json`)).json();
  const { found, twice } = await locate(points, folded, passages);
  const rows = await notes(document_);
  const slice = (start, end) => (typeof points === "string" ? points.slice(start, end) : points.slice(start, end).join(""));
  const begins = new Set([0]);
  for (let at = 0, nth = 0; nth < parts.length; nth++) begins.add((at += Array.from(parts[nth]).length + 1));
  const whole = element("div", "annotated");
  let lines, beside, at = 0;
  const begin = () => {
    whole.append(element("div", "paragraph", (lines = element("p")), (beside = element("div", "beside"))));
  };
  const other = (end) => {
    if (slice(at, at + 1) === " ") at++;
    for (let from = at; from < end; from = at) {
      do at++; while (at < end && !begins.has(at) && end - from <= LONGEST);
      if (begins.has(from) && lines.textContent.trim()) begin();
      if (end - from > LONGEST) lines.append(element("span", "soft", slice(from, from + 200), " \u2026 ", slice(end - 200, (at = end))), " ");
      else lines.append(element("span", "soft", slice(from, at)), " ");
    }
  };
  begin();
  const placed = passages.map((each) => ({ ...each, place: found.get(each.ref) }));
  const order = new Map(placed.map((each, nth) => [each.ref, each.place ?? placed.slice(0, nth).findLast((one) => one.place !== undefined)?.place ?? -1]));
  for (const each of placed.sort((one, two) => order.get(one.ref) - order.get(two.ref))) {
    const cells = rows.get(each.ref);
    if (each.place === undefined) {
      lines.append(link(`#n-${each.ref}`, "lost", `[${twice.has(each.ref) ? "more than once" : "not word for word"} in your copy: ${cells[0].textContent}]`), " ");
      beside.append(noted(document_, each.ref, cells, twice.has(each.ref) ? "more than once in your copy" : "left out or changed in your copy"));
    } else if (each.place >= at) {
      if (each.place > at && slice(at, each.place).trim()) other(each.place);
      if (begins.has(each.place) && lines.textContent.trim()) begin();
      at = each.place + each.end - each.start;
      lines.append(sentence(each.ref, slice(each.place, at), cells), " ");
      beside.append(noted(document_, each.ref, cells));
    }
  }
  if (slice(at, at + 1)) other(points.length);
  const told = `Of ${passages.length} sentences your copy has ${found.size} word for word.`;
  return element("div", "", element("h2", "", "Your own copy, annotated"), element("p", "lead", told), whole);
}

async function copy(form) {
  const [file] = form.elements.file.files;
  return file ? new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer()) : form.elements.text.value;
}

const form = document.getElementById("copy");
if (form?.dataset.document && globalThis.crypto?.subtle) {
  document.getElementById("private").textContent =
    "Your copy is annotated in this browser, and does not leave it; only then are claims fetched. " +
    "The button for Web Annotations alone sends it to this server, for one answer that is kept nowhere.";
  const result = element("div");
  result.setAttribute("aria-live", "polite");
  form.parentElement.append(result);
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    result.replaceChildren(element("p", "", "It is being compared."));
    try {
      const made = await annotated(await copy(form), form.dataset.document);
      document.querySelectorAll("main > .annotated").forEach((each) => each.remove());
      result.replaceChildren(made);
      made.scrollIntoView();
    } catch (error) {
      result.replaceChildren(element("p", "", `It could not be compared here: ${error.message}`));
    }
  });
}
