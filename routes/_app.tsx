import { asset } from "fresh/runtime";
import { Styles } from "../components/Styles.tsx";
import { WithMessages } from "../lib/language/context.ts";
import { chooseLanguage, LANGUAGES } from "../lib/language/languages.ts";
import { define } from "../lib/define.ts";

export default define.page(function App(
  { Component, error, req },
) {
  // Error pages come here without what the middlewares know.
  const language = chooseLanguage(req.headers.get("accept-language"));
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Parley</title>
        <link rel="icon" href={asset("/icon.svg")} type="image/svg+xml" />
        {/* The policy of error pages has no nonce, and so allows no style here. */}
        {error
          ? <link rel="stylesheet" href={asset("/styles.css")} />
          : <Styles names={["styles"]} />}
      </head>
      <body>
        <WithMessages value={LANGUAGES[language]}>
          <Component />
        </WithMessages>
      </body>
    </html>
  );
});
