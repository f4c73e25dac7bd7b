/** Owns menus as plain data, made from the one list of commands, to be sent to or drawn by any host. Pure. */
import type { CommandSpec } from "#shared/ui/commands.ts";
import { acceleratorOf } from "#shared/ui/keys.ts";

/** A menu as plain data. */
export interface MenuGroup {
  title: string;
  items: { id: string; title: string; accelerator: string | null; enabled: boolean }[];
}

/** Commands by group; groups and commands in the order of the list. */
export function byGroup<Spec extends CommandSpec>(commands: readonly Spec[]): { group: string; commands: Spec[] }[] {
  return [...new Set(commands.map((command) => command.group))].map((group) => ({
    group,
    commands: commands.filter((command) => command.group === group),
  }));
}

/** The menus of a list; what has no place in a menu is left out. */
export function menuGroups(commands: readonly CommandSpec[], enabled: (id: string) => boolean = () => true): MenuGroup[] {
  return byGroup(commands.filter((command) => command.keysOnly !== true)).map(({ group, commands: inside }) => ({
    title: group,
    items: inside.map((command) => ({
      id: command.id,
      title: command.title,
      accelerator: command.keys?.map(acceleratorOf).find((each) => each !== null) ?? null,
      enabled: enabled(command.id),
    })),
  }));
}
