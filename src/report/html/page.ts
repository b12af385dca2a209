/** @file A page that needs nothing beside itself. */

import { type Markup, html, raw } from "../markup.ts";

/** No request, and no script. */
const NOTHING_ELSE = "default-src 'none'; style-src 'unsafe-inline'";

/** The page as text; its policy lets a browser enforce that no request leaves it, and only what `policy` adds is allowed. */
export function selfContainedPage({
  title,
  policy,
  style,
  body,
}: {
  title: string;
  policy: string;
  style: string;
  body: Markup;
}): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${NOTHING_ELSE}; ${policy}" />
        <title>${title} · Graft</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `;
  return page.text;
}
