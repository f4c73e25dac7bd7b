/** Owns the native menu: what the platform knows by itself; everything of Driftlab's own is in its window. */
import { Menu, type MenuItemConstructorOptions } from "electron";

export interface MenuActions {
  platform: NodeJS.Platform;
  showDataFolder(): void;
}

export function setMenu({ platform, showDataFolder }: MenuActions): void {
  const mac = platform === "darwin";
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: "appMenu" } as const] : []),
    {
      label: "File",
      submenu: [{ label: "Show Data Folder", click: showDataFolder }, { type: "separator" }, mac ? { role: "close" } : { role: "quit" }],
    },
    {
      label: "Edit",
      submenu: [
        // Only macOS needs the menu for undo in a text field; elsewhere its shortcut would compete with the canvas's own undo.
        { role: "undo", registerAccelerator: mac },
        { role: "redo", registerAccelerator: mac },
        { type: "separator" },
        { role: "cut" },
        { role: "copy" },
        { role: "paste" },
        { role: "selectAll" },
      ],
    },
    {
      label: "View",
      submenu: [
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
    { role: "windowMenu" },
    ...(mac ? [] : [{ role: "help", submenu: [{ role: "about" }] } as const satisfies MenuItemConstructorOptions]),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
