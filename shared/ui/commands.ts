/** Owns the one list of what a person can have done: titles, menus and keys. The page says how, Electron's menu shows it. */

/** A command as everybody sees it. */
export interface CommandSpec {
  id: string;
  /** As a menu says it: "Undo", "Lay out in columns". */
  title: string;
  /** The menu it stands in: "Edit", "View". */
  group: string;
  /** Ways to press it, the usual one first: "Mod+K", "Shift+L", "?", "F2". Mod is Ctrl or Cmd. */
  keys?: readonly string[];
  /** Its keys count in a text field too. Without it a text field keeps its own keys. */
  inTextFields?: boolean;
  /** Goes on while its keys are held, as undo does. Without it a held key counts once. */
  repeats?: boolean;
  /** Its keys count on the canvas and wherever nothing has them for its own, as a slider and a menu have arrows. */
  onCanvas?: boolean;
  /** The browser makes an event of its own of these keys (copy, cut, paste), and that event does it: keys are listed, not taken. */
  byBrowser?: boolean;
  /** Stands on the sheet of keys alone: eight ways to move are no help in a menu. */
  keysOnly?: boolean;
}

const LIST = [
  { id: "undo", title: "Undo", group: "Edit", keys: ["Mod+Z"], repeats: true },
  { id: "redo", title: "Redo", group: "Edit", keys: ["Mod+Shift+Z", "Mod+Y"], repeats: true },
  { id: "cut", title: "Cut", group: "Edit", keys: ["Mod+X"], byBrowser: true },
  { id: "copy", title: "Copy", group: "Edit", keys: ["Mod+C"], byBrowser: true },
  { id: "paste", title: "Paste", group: "Edit", keys: ["Mod+V"], byBrowser: true },
  { id: "duplicate", title: "Duplicate", group: "Edit", keys: ["Mod+D"] },
  { id: "delete", title: "Delete", group: "Edit", keys: ["Delete", "Backspace"] },
  { id: "select-all", title: "Select all", group: "Edit", keys: ["Mod+A"] },
  { id: "select-none", title: "Select nothing", group: "Edit", keys: ["Escape"] },
  { id: "rename", title: "Rename…", group: "Edit", keys: ["F2"] },
  { id: "find", title: "Find an agent…", group: "Edit", keys: ["Mod+F"] },

  { id: "add-lead", title: "Add a lead", group: "Add" },
  { id: "add-researcher", title: "Add a researcher", group: "Add" },
  { id: "add-analyst", title: "Add an analyst", group: "Add" },
  { id: "add-writer", title: "Add a writer", group: "Add" },
  { id: "add-reviewer", title: "Add a reviewer", group: "Add" },
  { id: "add-agent", title: "Add a blank agent", group: "Add" },
  { id: "add-after", title: "Add an agent after this one", group: "Add", keys: ["Shift+A"] },
  { id: "insert", title: "Insert an agent into this handoff", group: "Add" },
  { id: "note", title: "Add a note", group: "Add", keys: ["N"] },

  { id: "connect", title: "Connect to…", group: "Handoff", keys: ["C"] },
  { id: "reverse", title: "Reverse this handoff", group: "Handoff" },
  { id: "new-receiver", title: "Give this handoff another receiver…", group: "Handoff" },
  { id: "new-sender", title: "Give this handoff another sender…", group: "Handoff" },

  { id: "layout-layered", title: "Lay out in columns", group: "Arrange", keys: ["Shift+L"] },
  { id: "layout-tree", title: "Lay out as a tree", group: "Arrange" },
  { id: "layout-radial", title: "Lay out in rings", group: "Arrange" },
  { id: "align-left", title: "Align left edges", group: "Arrange" },
  { id: "align-center", title: "Align centres in a column", group: "Arrange" },
  { id: "align-right", title: "Align right edges", group: "Arrange" },
  { id: "align-top", title: "Align top edges", group: "Arrange" },
  { id: "align-middle", title: "Align centres in a row", group: "Arrange" },
  { id: "align-bottom", title: "Align bottom edges", group: "Arrange" },
  { id: "distribute-x", title: "Space out evenly across", group: "Arrange" },
  { id: "distribute-y", title: "Space out evenly down", group: "Arrange" },
  { id: "group", title: "Group", group: "Arrange", keys: ["Mod+G"] },
  { id: "ungroup", title: "Ungroup", group: "Arrange", keys: ["Mod+Shift+G"] },
  { id: "collapse", title: "Collapse or expand the group", group: "Arrange", keys: ["Mod+E"] },
  { id: "lock", title: "Lock or unlock", group: "Arrange" },
  { id: "pin", title: "Pin or unpin for layouts", group: "Arrange" },
  { id: "move-left", title: "Move left", group: "Arrange", keys: ["ArrowLeft"], repeats: true, onCanvas: true, keysOnly: true },
  { id: "move-right", title: "Move right", group: "Arrange", keys: ["ArrowRight"], repeats: true, onCanvas: true, keysOnly: true },
  { id: "move-up", title: "Move up", group: "Arrange", keys: ["ArrowUp"], repeats: true, onCanvas: true, keysOnly: true },
  { id: "move-down", title: "Move down", group: "Arrange", keys: ["ArrowDown"], repeats: true, onCanvas: true, keysOnly: true },
  { id: "far-left", title: "Move far left", group: "Arrange", keys: ["Shift+ArrowLeft"], repeats: true, onCanvas: true, keysOnly: true },
  { id: "far-right", title: "Move far right", group: "Arrange", keys: ["Shift+ArrowRight"], repeats: true, onCanvas: true, keysOnly: true },
  { id: "far-up", title: "Move far up", group: "Arrange", keys: ["Shift+ArrowUp"], repeats: true, onCanvas: true, keysOnly: true },
  { id: "far-down", title: "Move far down", group: "Arrange", keys: ["Shift+ArrowDown"], repeats: true, onCanvas: true, keysOnly: true },

  { id: "fit", title: "Fit the design", group: "View", keys: ["1"] },
  { id: "actual-size", title: "Actual size", group: "View", keys: ["0"] },
  { id: "zoom-in", title: "Zoom in", group: "View", keys: ["Plus"], repeats: true },
  { id: "zoom-out", title: "Zoom out", group: "View", keys: ["-"], repeats: true },
  { id: "show-canvas", title: "Show the canvas", group: "View" },
  { id: "show-table", title: "Show the table", group: "View" },
  { id: "show-matrix", title: "Show the matrix", group: "View" },
  { id: "show-versions", title: "Show versions", group: "View" },
  { id: "show-generate", title: "Generate an org…", group: "View" },
  { id: "go-design", title: "Go to Design", group: "View" },
  { id: "go-experiment", title: "Go to Experiment", group: "View" },
  { id: "go-drift", title: "Go to Drift", group: "View" },
  { id: "go-settings", title: "Go to Settings", group: "View" },

  { id: "run", title: "Run an experiment", group: "Experiment", keys: ["Mod+Enter"], inTextFields: true },

  { id: "palette", title: "Find a command", group: "Help", keys: ["Mod+K"], inTextFields: true },
  { id: "keys", title: "Show all keys", group: "Help", keys: ["?"] },
] as const satisfies readonly CommandSpec[];

export type CommandId = (typeof LIST)[number]["id"];
export const COMMAND_SPECS: readonly (CommandSpec & { id: CommandId })[] = LIST;

/**
 * What a native menu sends to the page, with the command's id behind it; nothing else is taken for one.
 */
export const COMMAND_MESSAGE = "driftlab:command";
