/** Owns the tools over the canvas: layouts, arranging what is selected, notes, finding; all of them commands. */
import { Button, Menu, Tooltip } from "@mantine/core";
import { useStore } from "zustand";
import { COMMAND_SPECS, type CommandId } from "#shared/ui/commands.ts";
import type { Org } from "#shared/org/schema.ts";
import type { DesignDesk } from "#renderer/design/desk.ts";
import { useCommands } from "#renderer/ui/commands/runner.ts";

const LAYOUTS: CommandId[] = ["layout-layered", "layout-tree", "layout-radial"];
const ARRANGE: CommandId[][] = [
  ["group", "ungroup", "collapse"],
  ["align-left", "align-center", "align-right", "align-top", "align-middle", "align-bottom", "distribute-x", "distribute-y"],
  ["lock", "pin", "duplicate", "delete"],
];
const HANDOFF: CommandId[][] = [["insert", "reverse", "new-receiver", "new-sender"], ["delete"]];

const titleOf = new Map(COMMAND_SPECS.map((spec) => [spec.id, spec.title]));

export function CanvasTools({ desk, org, readOnly }: { desk: DesignDesk; org: Org; readOnly: boolean }) {
  const commands = useCommands();
  const agents = useStore(desk.store, (state) => state.selection.agents.length);
  const handoffs = useStore(desk.store, (state) => state.selection.handoffs.length);
  const keys = commands.keysOf("palette");
  return (
    <div className="canvas-tools" data-over-stage="" role="toolbar" aria-label="Canvas">
      <div className="float">
        <CommandMenu desk={desk} name="Lay out" groups={[LAYOUTS]} disabled={readOnly || org.agents.length === 0} />
        {agents > 0 && <CommandMenu desk={desk} name="Arrange" groups={ARRANGE} disabled={readOnly} />}
        {agents === 0 && handoffs === 1 && <CommandMenu desk={desk} name="Handoff" groups={HANDOFF} disabled={readOnly} />}
        <Tooltip label={`Add a note (${commands.keysOf("note")})`}>
          <Button variant="subtle" color="gray" disabled={readOnly} onClick={() => commands.run("note")}>
            Note
          </Button>
        </Tooltip>
        <Tooltip label={`All commands (${keys}); all keys (${commands.keysOf("keys")})`}>
          <Button variant="subtle" color="gray" onClick={() => commands.run("palette")}>
            Commands
          </Button>
        </Tooltip>
      </div>
    </div>
  );
}

/** After a choice the canvas has the keys, so that arrows move what was arranged. A question that was opened keeps them. */
function CommandMenu({ desk, name, groups, disabled }: { desk: DesignDesk; name: string; groups: CommandId[][]; disabled: boolean }) {
  const commands = useCommands();
  return (
    <Menu position="bottom-start" withinPortal returnFocus={false}>
      <Menu.Target>
        <Button variant="subtle" color="gray" disabled={disabled} rightSection="▾">
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {groups.map((group, index) => [
          index > 0 && <Menu.Divider key={group[0]} />,
          ...group.map((id) => (
            <Menu.Item
              key={id}
              disabled={!commands.can(id)}
              onClick={() => {
                commands.run(id);
                setTimeout(() => desk.store.getState().question === null && desk.view?.focus(), 0);
              }}
              rightSection={commands.keysOf(id) && <span className="faint">{commands.keysOf(id)}</span>}
            >
              {titleOf.get(id)}
            </Menu.Item>
          )),
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}
