import { type Html, html, raw } from "./html.ts";

// Drawn on a grid of 16; strokes take the colour of the text around them.
const drawings = {
  brand: '<path d="M8 15V6M8 10 4.5 6.5M8 8l3.5-3.5M4.5 6.5V3.2M11.5 4.5V2M8 6V1.5M5.5 15h5"/>',
  branch:
    '<circle cx="4.5" cy="3.5" r="1.8"/><circle cx="4.5" cy="12.5" r="1.8"/><circle cx="11.5" cy="5.5" r="1.8"/><path d="M4.5 5.3v5.4M11.5 7.3c0 2.6-4 2-6 3.6"/>',
  check: '<path d="m3.5 8.5 3 3 6-7"/>',
  closed: '<circle cx="8" cy="8" r="6.2"/><path d="m5.3 8.2 2 2 3.4-4"/>',
  comment: '<path d="M2.5 3.5h11v7.5H8l-3 2.8V11H2.5z"/>',
  commit: '<circle cx="8" cy="8" r="2.6"/><path d="M1.5 8h3.9M10.6 8h3.9"/>',
  confused: '<circle cx="8" cy="8" r="6.2"/><path d="M5.8 6.3h.01M10.2 6.3h.01M5.6 11c.8-1.2 2.8-1.6 4.6-.6"/>',
  cross: '<path d="m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6"/>',
  down: '<path d="M5 9.5V2.8h5.6l2 4.4v2.3H9.4l.5 3-1.4.9zM2.2 2.8H5v6.7H2.2z"/>',
  draft:
    '<circle cx="4.5" cy="3.5" r="1.8"/><circle cx="4.5" cy="12.5" r="1.8"/><circle cx="11.5" cy="12.5" r="1.8"/><path d="M4.5 5.3v5.4M11.5 3v.6M11.5 6.4V7"/>',
  eyes: '<path d="M1.6 8c0-2 1.1-3.6 2.9-3.6S7.4 6 7.4 8s-1.1 3.6-2.9 3.6S1.6 10 1.6 8zM8.6 8c0-2 1.1-3.6 2.9-3.6S14.4 6 14.4 8s-1.1 3.6-2.9 3.6S8.6 10 8.6 8zM5.6 8.3v.4M12.6 8.3v.4"/>',
  file: '<path d="M4 1.8h5l3 3v9.4H4zM9 1.8v3h3"/>',
  folder: '<path d="M1.8 4h4.4l1.4 1.6h6.6v7H1.8z"/>',
  heart:
    '<path d="M8 13.4 2.9 8.2a3.1 3.1 0 0 1 0-4.4 3.1 3.1 0 0 1 4.4 0l.7.7.7-.7a3.1 3.1 0 0 1 4.4 0 3.1 3.1 0 0 1 0 4.4z"/>',
  hooray: '<path d="m2.4 13.6 3-8 5 5zM9 5.5c0-1.6.6-2.6 2-3M11 8c1.2-.7 2.2-.7 3 0M7.2 3.8V2.4M12.2 5.2l1-1"/>',
  laugh:
    '<circle cx="8" cy="8" r="6.2"/><path d="M5.8 6.3h.01M10.2 6.3h.01M4.9 9.2h6.2c-.3 1.7-1.5 2.7-3.1 2.7S5.2 10.9 4.9 9.2z"/>',
  merged:
    '<circle cx="4.5" cy="3.5" r="1.8"/><circle cx="4.5" cy="12.5" r="1.8"/><circle cx="11.5" cy="9" r="1.8"/><path d="M4.5 5.3v5.4M4.7 5.4C5.4 7.6 7.2 9 9.7 9"/>',
  open: '<circle cx="8" cy="8" r="6.2"/><circle cx="8" cy="8" r="1.4" fill="currentColor" stroke="none"/>',
  pending: '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.5V8l2.3 1.6"/>',
  pin: '<path d="M6 2h4l-.4 4 2.4 2.4H4L6.4 6zM8 8.4V14"/>',
  pull: '<circle cx="4.5" cy="3.5" r="1.8"/><circle cx="4.5" cy="12.5" r="1.8"/><circle cx="11.5" cy="12.5" r="1.8"/><path d="M4.5 5.3v5.4M11.5 10.7V6.5c0-1.6-.9-2.4-2.4-2.4H7.6M9.2 2.4 7.5 4.1l1.7 1.7"/>',
  repository: '<path d="M3.5 2.2h9v11.6h-9zM3.5 10.8h9M6 2.2v8.6"/>',
  rocket:
    '<path d="M6 10c0-4 2.3-7 7.5-7.5C13 7.7 10 10 6 10zM6 10l-2.5-.3 1.9-3M6 10l.3 2.5 3-1.9M3.8 12.2 2.5 13.5"/><circle cx="9.8" cy="6.2" r="1"/>',
  skip: '<circle cx="8" cy="8" r="6.2"/><path d="m4.5 11.5 7-7"/>',
  up: '<path d="M5 6.5v6.7h5.6l2-4.4V6.5H9.4l.5-3-1.4-.9zM2.2 6.5H5v6.7H2.2z"/>',
} as const;

export type IconName = keyof typeof drawings;

/** An inline drawing beside words that say the same, so readers of the page aloud skip it. */
export function icon(name: IconName): Html {
  return html`<svg class="icon icon-${name}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">${raw(drawings[name])}</svg>`;
}

/** The brand as a file, for the browser's tab. */
export const iconFile = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="none" stroke="#3b8a5f" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">${drawings.brand}</svg>`;
