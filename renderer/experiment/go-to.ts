/** Owns going to what a notice is about: a field of the form, the key under Settings, an org in the Design place. */
import { flushSync } from "react-dom";
import type { FieldId, Goal } from "#renderer/experiment/readiness.ts";
import type { App } from "#renderer/state/app.ts";
import { KEY_FIELD } from "#renderer/ui/field-ids.ts";

export function fieldId(field: FieldId): string {
  return `form-${field}`;
}

export function goTo(app: App, goal: Goal): void {
  if (goal.to === "field") return focusOn(fieldId(goal.field));
  if (goal.to === "org") {
    app.openOrg(goal.id);
    return app.go("design");
  }
  // The other place has to stand there before its field can be focused.
  flushSync(() => app.go("settings"));
  focusOn(KEY_FIELD);
}

function focusOn(id: string): void {
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: "center" });
  element?.focus({ preventScroll: true });
}

/** What the link of a notice says. */
export function goalWords(goal: Goal): string {
  if (goal.to === "key") return "Go to the key";
  return goal.to === "org" ? "Open the org" : "Go to it";
}
