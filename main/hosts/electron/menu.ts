/** Owns the native menu: what the platform knows by itself, and the one list of commands, which the page does. */
import { Menu, type MenuItemConstructorOptions } from "electron";
import { COMMAND_SPECS } from "#shared/ui/commands.ts";
import { menuGroups } from "#shared/ui/menus.ts";

export interface MenuActions {
  platform: NodeJS.Platform;
  showDataFolder(): void;
  /** Has the page do a command. */
  command(id: string): void;
}

/** The platform does these itself, in text fields and, by the clipboard's events, on the canvas too. */
const ROLES: Readonly<Record<string, "cut" | "copy" | "paste">> = { cut: "cut", copy: "copy", paste: "paste" };

export function setMenu({ platform, showDataFolder, command }: MenuActions): void {
  const mac = platform === "darwin";
  const groups = new Map(
    menuGroups(COMMAND_SPECS).map(({ title, items }) => [
      title,
      items.map(({ id, title: label, accelerator }): MenuItemConstructorOptions => {
        const role = ROLES[id];
        if (role) return { role };
        // The page takes the keys, since it knows whether they are a text field's: the menu only shows them. On macOS a menu
        // always takes its keys, but after the page, and the page keeps those that it has used.
        return { label, click: () => command(id), ...(accelerator === null ? {} : { accelerator, registerAccelerator: mac }) };
      }),
    ]),
  );
  const own = (title: string): MenuItemConstructorOptions[] => {
    const items = groups.get(title) ?? [];
    groups.delete(title);
    return items;
  };
  const edit = own("Edit");
  const view = own("View");
  const help = own("Help");
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: "appMenu" } as const] : []),
    {
      label: "File",
      submenu: [{ label: "Show Data Folder", click: showDataFolder }, { type: "separator" }, mac ? { role: "close" } : { role: "quit" }],
    },
    { label: "Edit", submenu: edit },
    {
      label: "View",
      submenu: [
        ...view,
        { type: "separator" },
        { role: "reload" },
        { role: "toggleDevTools" },
        { type: "separator" },
        { role: "resetZoom" },
        { role: "zoomIn" },
        { role: "zoomOut" },
        { type: "separator" },
        { role: "togglefullscreen" },
      ],
    },
    ...[...groups].map(([label, submenu]) => ({ label, submenu })),
    { role: "windowMenu" },
    { role: "help", submenu: [...help, ...(mac ? [] : [{ role: "about" } as const satisfies MenuItemConstructorOptions])] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
