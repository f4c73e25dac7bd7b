/** Owns fetching which models there are, once for each key that is in use. */
import { useCallback, useState } from "react";
import type { ModelList } from "#shared/rpc/app-types.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";
import type { App } from "#renderer/state/app.ts";

/** By app and key status: with another key there are other models. */
const fetched = new WeakMap<App, { keyStatus: string; list: Promise<ModelList> }>();

function listOf(app: App, keyStatus: string): Promise<ModelList> {
  const known = fetched.get(app);
  if (known?.keyStatus === keyStatus) return known.list;
  const list = app.lab.call((client) => client.app.models());
  fetched.set(app, { keyStatus, list });
  // What failed, or what the API did not give, is asked for again the next time.
  const forget = () => fetched.get(app)?.list === list && fetched.delete(app);
  list.then(({ from }) => (keyStatus !== "none" && from === "prices" ? forget() : false), forget);
  return list;
}

/** The list once it is there, and what asks for it: nothing goes over a network before somebody looks at an input. */
export function useModels(): { list: ModelList | null; load(): void } {
  const app = useApp();
  const keyStatus = useAppState((state) => state.info?.keyStatus ?? "none");
  const [list, setList] = useState<ModelList | null>(null);
  const load = useCallback(() => {
    listOf(app, keyStatus).then(setList, () => undefined);
  }, [app, keyStatus]);
  return { list, load };
}
