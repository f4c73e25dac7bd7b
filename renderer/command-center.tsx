/** Owns how commands are reached: by keys anywhere, by the palette, by a native menu, by components. */
import { type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { COMMAND_MESSAGE } from "#shared/ui/commands.ts";
import { keysInWords, platformOf } from "#shared/ui/keys.ts";
import { APP_COMMANDS, type CommandScope } from "#renderer/app-commands.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { useApp } from "#renderer/state/context.ts";
import { CommandPalette } from "#renderer/ui/commands/command-palette.tsx";
import { KeysSheet } from "#renderer/ui/commands/keys-sheet.tsx";
import { canRun, commandFor, runById } from "#renderer/ui/commands/registry.ts";
import { CommandContext, type CommandRunner } from "#renderer/ui/commands/runner.ts";

const PLATFORM = platformOf(navigator.platform);
const TEXT_FIELDS = "input:not([type=checkbox], [type=radio], [type=range]), textarea, [contenteditable]:not([contenteditable=false])";
/** What a menu's Undo, Redo and Select all mean in a text field. */
const IN_TEXT: Readonly<Record<string, string>> = { undo: "undo", redo: "redo", "select-all": "selectAll" };

export function CommandCenter({ desk, children }: { desk: DesignDesk | null; children: ReactNode }) {
  const app = useApp();
  const [shown, setShown] = useState<"palette" | "keys" | null>(null);
  const close = useCallback(() => setShown(null), []);
  const scope = useMemo(
    (): CommandScope => ({ app, desk, openPalette: () => setShown("palette"), openKeys: () => setShown("keys") }),
    [app, desk],
  );
  const runner = useMemo(
    (): CommandRunner => ({
      run: (id) => runById(APP_COMMANDS, id, scope),
      can: (id) => APP_COMMANDS.some((command) => command.id === id && canRun(command, scope)),
      keysOf: (id) => {
        const keys = APP_COMMANDS.find((command) => command.id === id)?.keys?.[0];
        return keys === undefined ? "" : keysInWords(keys, PLATFORM);
      },
    }),
    [scope],
  );
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const command = commandFor(APP_COMMANDS, event, scope);
      if (!command || command.byBrowser) return;
      event.preventDefault();
      // The canvas has keys of its own for the same: they are not to count twice.
      event.stopPropagation();
      command.run(scope);
    };
    // Arrows reach the canvas's own handlers first otherwise; Escape is last in line, after menus and drags that it ends.
    const early = (event: KeyboardEvent) => {
      if (event.key !== "Escape") press(event);
    };
    const late = (event: KeyboardEvent) => {
      if (event.key === "Escape") press(event);
    };
    window.addEventListener("keydown", early, { capture: true });
    window.addEventListener("keydown", late);
    return () => {
      window.removeEventListener("keydown", early, { capture: true });
      window.removeEventListener("keydown", late);
    };
  }, [scope]);
  useEffect(() => {
    const fromMenu = (event: MessageEvent) => {
      const data = event.data as { type?: unknown; id?: unknown } | null;
      if (event.source !== window || event.origin !== window.location.origin || data?.type !== COMMAND_MESSAGE) return;
      if (typeof data.id !== "string") return;
      const inText = IN_TEXT[data.id];
      if (inText !== undefined && document.activeElement?.closest(TEXT_FIELDS)) document.execCommand(inText);
      else runById(APP_COMMANDS, data.id, scope);
    };
    window.addEventListener("message", fromMenu);
    return () => window.removeEventListener("message", fromMenu);
  }, [scope]);
  return (
    <CommandContext value={runner}>
      {children}
      <CommandPalette opened={shown === "palette"} onClose={close} commands={APP_COMMANDS} context={scope} platform={PLATFORM} />
      <KeysSheet opened={shown === "keys"} onClose={close} commands={APP_COMMANDS} platform={PLATFORM} />
    </CommandContext>
  );
}
