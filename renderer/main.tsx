/** Owns the start of the interface: styles, theme, the line to the lab, the first screen. */
import "#renderer/lab/no-eval.ts";
import "@fontsource-variable/inter";
import "@mantine/core/styles.css";
import "@xyflow/react/dist/style.css";
import "#renderer/ui/tokens.css";
import "#renderer/ui/app.css";
import "#renderer/ui/looks.css";
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { LabLink } from "#renderer/lab/lab.ts";
import { defaultTransport } from "#renderer/lab/transport.ts";
import { Shell } from "#renderer/shell.tsx";
import { App } from "#renderer/state/app.ts";
import { AppContext } from "#renderer/state/context.ts";
import { startLooks } from "#renderer/ui/looks.ts";
import { theme } from "#renderer/ui/theme.ts";

startLooks();
const app = new App(new LabLink(defaultTransport()));
void app.attempt(() => app.start());

// The token has done its work (it is a cookie now): keep it out of history and screenshots.
if (new URL(window.location.href).searchParams.has("token")) window.history.replaceState(null, "", window.location.pathname);

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <AppContext value={app}>
        <Shell />
      </AppContext>
    </MantineProvider>,
  );
