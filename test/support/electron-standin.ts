/** Owns a stand-in for the `electron` module: records what the main process does, and runs the lab in a real process over real messages. */
import { type ChildProcess, fork } from "node:child_process";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** Electron's port: Node's, with its events as an emitter's. */
export class PortMain extends EventEmitter {
  readonly raw: MessagePort;

  constructor(raw: MessagePort) {
    super();
    this.raw = raw;
  }
}

class MessageChannelMain {
  readonly port1: PortMain;
  readonly port2: PortMain;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new PortMain(port1);
    this.port2 = new PortMain(port2);
  }
}

interface Envelope {
  message?: unknown;
  port?: number;
  data?: unknown;
}

/** A utility process: a Node process that runs the real lab entry; each port it is handed is carried over by number. */
export class StandInProcess extends EventEmitter {
  readonly child: ChildProcess;
  readonly sent: unknown[] = [];
  #ports: MessagePort[] = [];

  constructor(args: string[]) {
    super();
    this.child = fork(join(import.meta.dirname, "electron-lab-child.mjs"), args, {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.child.on("message", ({ message, port, data }: Envelope) => {
      if (port === undefined) this.emit("message", message);
      else this.#ports[port]?.postMessage(data);
    });
    this.child.once("exit", (code) => {
      for (const port of this.#ports) port.close();
      this.emit("exit", code ?? 1);
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  postMessage(message: unknown, transfer: PortMain[] = []): void {
    this.sent.push(message);
    const ports = transfer.map(({ raw }) => {
      const id = this.#ports.push(raw) - 1;
      raw.on("message", (data: unknown) => this.#send({ port: id, data }));
      raw.on("close", () => this.#send({ port: id, closed: true }));
      return id;
    });
    this.#send({ message, ports });
  }

  #send(envelope: object): void {
    if (this.child.connected) this.child.send(envelope);
  }
}

export interface Frame {
  url: string;
  parent: Frame | null;
}

interface PreventableEvent {
  defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable<T extends object>(fields: T): T & PreventableEvent {
  const event = {
    ...fields,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}

export class StandInContents extends EventEmitter {
  readonly mainFrame: Frame = { url: "about:blank", parent: null };
  readonly posted: { channel: string; ports: MessagePort[] }[] = [];
  windowOpen: ((details: { url: string }) => { action: string }) | null = null;

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpen = handler;
  }

  /** The page's side of a posted port is Node's own, which is used like a browser's. */
  postMessage(channel: string, _message: unknown, transfer: PortMain[]): void {
    const ports = transfer.map(({ raw }) => raw);
    this.posted.push({ channel, ports });
    this.emit("stand-in:posted", channel, ports);
  }

  send(channel: string, ...args: unknown[]): void {
    this.emit("stand-in:sent", channel, args);
  }
}

/** A native menu as it is built: what is in it, and what pressing an item does. */
export interface MenuTemplate {
  label?: string;
  role?: string;
  accelerator?: string;
  submenu?: MenuTemplate[];
  click?(): void;
}

export interface StandInOptions {
  appPath: string;
  hasLock?: boolean;
}

/** A fresh `electron`; `module` is what the import gives, the rest is for looking and prodding. */
export function makeElectron({ appPath, hasLock = true }: StandInOptions) {
  const windows: StandInWindow[] = [];
  const processes: StandInProcess[] = [];
  const record = {
    paths: new Map<string, string>(),
    sandboxed: false,
    schemes: [] as { scheme: string; privileges: Record<string, boolean> }[],
    handlers: new Map<string, (request: Request) => Promise<Response>>(),
    forks: [] as { script: string; args: string[] }[],
    opened: [] as string[],
    errorBoxes: [] as { title: string; content: string }[],
    messageBoxes: [] as { message: string; buttons: string[] }[],
    menu: null as MenuTemplate[] | null,
    permissions: {} as Record<string, (...args: unknown[]) => unknown>,
    exitCodes: [] as number[],
  };
  /** The number of the button that is pressed in each message box, in turn; the last goes on. */
  const answers: number[] = [1];

  class App extends EventEmitter {
    quitting = false;
    setName(): void {}
    setPath(name: string, path: string): void {
      record.paths.set(name, path);
    }
    enableSandbox(): void {
      record.sandboxed = true;
    }
    requestSingleInstanceLock(): boolean {
      return hasLock;
    }
    getAppPath(): string {
      return appPath;
    }
    async whenReady(): Promise<void> {}
    /** As Electron does it: tells, closes the windows, tells again, ends unless that was prevented. */
    quit(): void {
      if (record.exitCodes.length > 0) return;
      this.quitting = true;
      this.emit("before-quit", preventable({}));
      for (const window of windows.slice()) window.close();
      const event = preventable({});
      this.emit("will-quit", event);
      if (!event.defaultPrevented) this.exit(0);
    }
    exit(code: number): void {
      record.exitCodes.push(code);
      this.emit("quit", {}, code);
    }
  }
  const app = new App();

  class StandInWindow extends EventEmitter {
    readonly options: Record<string, unknown>;
    readonly webContents = new StandInContents();
    readonly calls: string[] = [];
    minimized = false;
    #destroyed = false;

    constructor(options: Record<string, unknown>) {
      super();
      this.options = options;
      windows.push(this);
      app.emit("web-contents-created", {}, this.webContents);
    }
    async loadURL(url: string): Promise<void> {
      this.webContents.mainFrame.url = url;
      setImmediate(() => this.emit("ready-to-show"));
    }
    show(): void {
      this.calls.push("show");
    }
    focus(): void {
      this.calls.push("focus");
    }
    restore(): void {
      this.calls.push("restore");
    }
    reload(): void {
      this.calls.push("reload");
    }
    isMinimized(): boolean {
      return this.minimized;
    }
    isDestroyed(): boolean {
      return this.#destroyed;
    }
    destroy(): void {
      this.close();
    }
    close(): void {
      if (this.#destroyed) return;
      this.#destroyed = true;
      windows.splice(windows.indexOf(this), 1);
      this.emit("closed");
      this.webContents.emit("destroyed");
      if (windows.length === 0 && !app.quitting) app.emit("window-all-closed");
    }
  }

  const permission = (name: string) => (handler: (...args: unknown[]) => unknown) => {
    record.permissions[name] = handler;
  };
  const ipcMain = new EventEmitter();
  const module = {
    app,
    ipcMain,
    BrowserWindow: StandInWindow,
    MessageChannelMain,
    utilityProcess: {
      fork(script: string, args: string[]): StandInProcess {
        record.forks.push({ script, args });
        const child = new StandInProcess(args);
        processes.push(child);
        return child;
      },
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: typeof record.schemes) => void record.schemes.push(...schemes),
      handle: (scheme: string, handler: (request: Request) => Promise<Response>) => void record.handlers.set(scheme, handler),
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: permission("request"),
        setPermissionCheckHandler: permission("check"),
        setDevicePermissionHandler: permission("device"),
      },
    },
    shell: {
      openExternal: async (url: string) => void record.opened.push(url),
      openPath: async () => "",
    },
    Menu: {
      buildFromTemplate: (template: NonNullable<typeof record.menu>) => template,
      setApplicationMenu: (menu: NonNullable<typeof record.menu>) => {
        record.menu = menu;
      },
    },
    dialog: {
      showErrorBox: (title: string, content: string) => void record.errorBoxes.push({ title, content }),
      showMessageBox: async (...args: { message: string; buttons: string[] }[]) => {
        const box = args.at(-1);
        if (box) record.messageBoxes.push(box);
        return { response: answers.length > 1 ? answers.shift() : answers[0] };
      },
    },
    nativeTheme: { shouldUseDarkColors: false },
  };
  return { module, app, ipcMain, windows, processes, record, answers };
}

export type StandIn = ReturnType<typeof makeElectron>;
