import { describe, expect, it } from "vitest";
import type { Standing } from "#shared/drift/types.ts";
import { isRounded, lossWords, shareWords } from "#renderer/drift/edge-run-view-model.ts";

const codes = (...standings: Standing[]) =>
  standings.map((standing, index) => ({
    constraintId: `k${index}`,
    text: "",
    kind: "limit",
    verdict: "kept" as const,
    standing,
    lost: standing === "counted" ? 1 : null,
  }));

describe("one run of an edge in words", () => {
  it("M2a says how its loss comes about: what was counted, and why the rest was not", () => {
    const had = codes("counted", "already held", "already held", "already held", "already held", "inherited");
    expect(lossWords({ loss: 2, reason: null, codes: had, introduced: 0 })).toBe(
      "Lost 2.00: 1 of 6 constraints counted here; the receiver had 4 from elsewhere already, 1 was contradicted before it came here.",
    );
    expect(lossWords({ loss: 0, reason: null, codes: codes("counted", "counted"), introduced: 0 })).toBe(
      "Lost .00: 2 of 2 constraints counted here.",
    );
    expect(
      lossWords({ loss: 1, reason: null, codes: codes("counted", "not held", "not held", "not in scope", "no probe"), introduced: 1 }),
    ).toBe(
      "Lost 1.00: 1 of 5 constraints counted here; 2 were lost before it came here, 1 does not concern the receiver, " +
        "1 cannot be read by a probe, 1 contradiction began here beside the loss.",
    );
  });

  it("M21 says why there is no loss", () => {
    expect(lossWords({ loss: null, reason: "nothing-to-carry", codes: codes("already held"), introduced: 0 })).toBe(
      "No loss, nothing to carry: 0 of 1 constraint counted here; the receiver had 1 from elsewhere already.",
    );
  });

  it("says behind a constraint what it adds, and where it is kept but owed nothing", () => {
    expect(shareWords({ standing: "counted", lost: 0.25, verdict: "dropped here" })).toBe(".25");
    expect(shareWords({ standing: "counted", lost: 0, verdict: "kept" })).toBe("");
    expect(shareWords({ standing: "already held", lost: null, verdict: "kept" })).toBe("had already");
    expect(shareWords({ standing: "already held", lost: null, verdict: "already known" })).toBe("");
    expect(shareWords({ standing: "inherited", lost: null, verdict: "inherited" })).toBe("");
  });

  it("knows when figures as shown do not add up", () => {
    expect(isRounded([0.054, 0.034, 0], 0.088)).toBe(true);
    expect(isRounded([0.05, 0.04, 0], 0.09)).toBe(false);
  });
});
