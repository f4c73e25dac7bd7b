/** Owns the sheet of keys: every command that has keys, by group, with all ways to press it. */
import { useId } from "react";
import { keysInWords, type Platform } from "#shared/ui/keys.ts";
import { byGroup } from "#shared/ui/menus.ts";
import type { Command } from "#renderer/ui/commands/registry.ts";
import { SheetDialog } from "#renderer/ui/commands/sheet-dialog.tsx";

export interface KeysSheetProps<Context> {
  opened: boolean;
  onClose(): void;
  commands: readonly Command<Context>[];
  platform: Platform;
}

export function KeysSheet<Context>({ opened, onClose, commands, platform }: KeysSheetProps<Context>) {
  return (
    <SheetDialog opened={opened} onClose={onClose} name="Keys" className="commands-keys">
      <Sheet commands={commands} platform={platform} onClose={onClose} />
    </SheetDialog>
  );
}

function Sheet<Context>({ commands, platform, onClose }: Omit<KeysSheetProps<Context>, "opened">) {
  const id = useId();
  const withKeys = commands.filter((command) => (command.keys?.length ?? 0) > 0);
  return (
    <>
      <header>
        <h2>Keys</h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      {/* It may be higher than the window: those without a mouse scroll what they can focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="commands-columns" role="region" aria-label="All keys" tabIndex={0}>
        {byGroup(withKeys).map(({ group, commands: inside }, number) => (
          <section key={group} aria-labelledby={`${id}-${number}`}>
            <h3 id={`${id}-${number}`}>{group}</h3>
            <dl>
              {inside.map((command) => (
                <div key={command.id}>
                  <dt>{command.title}</dt>
                  <dd>
                    {command.keys?.map((keys, index) => (
                      <span key={keys}>
                        {index > 0 && " or "}
                        <kbd>{keysInWords(keys, platform)}</kbd>
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p>In a text field keys write text, as they do everywhere.</p>
    </>
  );
}
