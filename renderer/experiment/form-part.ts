/** Owns what each part of the form of a new experiment is given. */
import type { FieldId } from "#renderer/experiment/readiness.ts";
import type { FormState } from "#renderer/state/experiment-form.ts";

export interface FormPart {
  form: FormState;
  set(change: Partial<FormState>): void;
  /** Says what a field takes while it holds something else; null once it is right again. */
  unfit(field: FieldId, why: string | null): void;
}
