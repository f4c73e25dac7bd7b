/** Owns the desktop app's main process: one instance, its window, the lab's process, and a clean end. */
import { join } from "node:path";
import { app, dialog, ipcMain, session, shell } from "electron";
import { serveRenderer, registerAppScheme } from "#main/hosts/electron/app-protocol.ts";
import { databaseArgument, labArguments, windowFolder } from "#main/hosts/electron/arguments.ts";
import { COMMAND, CONNECT } from "#main/hosts/electron/channels.ts";
import { guardPages, refusePermissions } from "#main/hosts/electron/guard.ts";
import { LabProcess } from "#main/hosts/electron/lab-process.ts";
import { setMenu } from "#main/hosts/electron/menu.ts";
import { PortDesk } from "#main/hosts/electron/port-desk.ts";
import { isTrustedSender } from "#main/hosts/electron/trusted-sender.ts";
import { AppWindow } from "#main/hosts/electron/window.ts";
import { dataFolder } from "#main/hosts/data-folder.ts";

/** Bad input, as on the command line. */
const CANNOT_OPEN = 2;

const file = databaseArgument(process.argv);
const log = (line: string) => void process.stderr.write(`${line}\n`);

// Before the app is ready, or it has no effect.
app.setName("Driftlab");
app.setPath("userData", windowFolder(file));
app.enableSandbox();
registerAppScheme();

if (app.requestSingleInstanceLock()) run();
else {
  log("Driftlab is already open; its window comes to the front.");
  app.quit();
}

function run(): void {
  const dist = join(app.getAppPath(), "dist");
  const window = new AppWindow(join(dist, "preload", "preload.cjs"));
  const lab = new LabProcess({
    script: join(dist, "node", "lab-process.js"),
    args: labArguments(process.argv),
    onReady: () => desk.handOutAll(),
    onFailed: (message) => {
      dialog.showErrorBox("Driftlab cannot open its data", message);
      end(CANNOT_OPEN);
    },
    onGivenUp: () => void offerAnotherTry(),
    log,
  });
  const desk = new PortDesk(() => lab.connect());
  let exitCode = 0;
  let ending = false;

  guardPages(log);
  ipcMain.on(CONNECT, (event) => {
    if (isTrustedSender(event, window.contents)) desk.ask(event.sender);
    else
      log(
        `A page that is not Driftlab's own asked for the lab and was refused: ${event.senderFrame?.url.slice(0, 200) ?? "a frame that has gone"}`,
      );
  });
  app.on("second-instance", () => window.open());
  app.on("activate", () => window.open());
  app.on("window-all-closed", () => {
    if (process.platform !== "darwin") app.quit();
  });
  app.on("before-quit", () => lab.expectEnd());
  // Here and not in `before-quit`: by now the windows are closed, so the lab has had their last edits.
  app.on("will-quit", (event) => {
    event.preventDefault();
    // A second Ctrl+C comes by here again while the lab is still closing.
    if (!ending) void lab.quit().finally(() => app.exit(exitCode));
    ending = true;
  });
  void start();

  async function start(): Promise<void> {
    await app.whenReady();
    // Chromium puts its own handlers in place while it starts, and those end the process at a second signal.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => app.quit());
    refusePermissions(session.defaultSession);
    serveRenderer(join(dist, "renderer"));
    setMenu({
      platform: process.platform,
      showDataFolder: () => void shell.openPath(dataFolder()),
      command: (id) => window.contents?.send(COMMAND, id),
    });
    lab.start();
    window.open();
  }

  function end(code: number): void {
    exitCode = code;
    app.quit();
  }

  async function offerAnotherTry(): Promise<void> {
    const { response } = await dialog.showMessageBox({
      type: "error",
      title: "Driftlab",
      message: "Driftlab's lab keeps stopping.",
      detail:
        "It was started again several times within a minute. Everything that was finished is stored. Try again, or quit and look at the messages in the terminal (npm start).",
      buttons: ["Try again", "Quit"],
      defaultId: 0,
      cancelId: 1,
    });
    if (response === 0) lab.start();
    else end(1);
  }
}
