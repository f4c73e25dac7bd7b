/** Owns the choice of who answers, on which model, and under which hard caps. */
import { Button, SegmentedControl, SimpleGrid, TextInput } from "@mantine/core";
import { CapFields } from "#renderer/experiment/cap-fields.tsx";
import { useState } from "react";
import type { FormPart } from "#renderer/experiment/form-part.ts";
import { fieldId } from "#renderer/experiment/go-to.ts";
import { type FormState, variesModel } from "#renderer/state/experiment-form.ts";
import type { Variable } from "#shared/rpc/experiment-types.ts";
import { PopulationOdds } from "#renderer/experiment/population-odds.tsx";

export function ConnectionChoice({ form, set, unfit, variable }: FormPart & { variable: Variable }) {
  const [showPopulation, setShowPopulation] = useState(false);
  return (
    <>
      <div>
        <div style={{ fontSize: 11.5, fontWeight: 500, marginBottom: 3 }}>Who answers</div>
        <SegmentedControl
          fullWidth
          aria-label="Who answers"
          data={[
            { value: "simulated", label: "Simulated" },
            { value: "anthropic", label: "Anthropic" },
            { value: "compatible", label: "Own server" },
          ]}
          value={form.connection}
          onChange={(value) => set({ connection: value as FormState["connection"] })}
        />
      </div>
      {form.connection === "simulated" && (
        <>
          <p className="muted" style={{ fontSize: 12 }}>
            A simulated population answers: no key, offline, free. Its figures prove that measuring works; they say nothing about how a
            model behaves, and simulated agents do not react to wording.
          </p>
          <Button id={fieldId("odds")} variant="default" onClick={() => setShowPopulation(!showPopulation)} aria-expanded={showPopulation}>
            {showPopulation ? "Hide the population’s odds" : "Change the population’s odds"}
          </Button>
          {showPopulation && (
            <PopulationOdds
              population={form.population}
              variable={variable}
              onChange={(population) => set({ population })}
              onUnfit={(why) => unfit("odds", why)}
            />
          )}
        </>
      )}
      {form.connection === "compatible" && (
        <TextInput
          id={fieldId("base-url")}
          label="Base URL"
          description="Ollama :11434, LM Studio :1234, llama.cpp :8080, LiteLLM … without /v1."
          value={form.baseUrl}
          onChange={(event) => set({ baseUrl: event.currentTarget.value })}
        />
      )}
      {form.connection !== "simulated" && (
        <>
          <TextInput
            id={fieldId("model")}
            label="Model"
            placeholder={form.connection === "compatible" ? "its name on that server" : "each agent’s own"}
            value={variesModel(form) ? "" : form.connection === "compatible" ? form.ownModel : form.model}
            disabled={variesModel(form)}
            description={variesModel(form) ? "Models are varied above." : null}
            onChange={(event) => set({ [form.connection === "compatible" ? "ownModel" : "model"]: event.currentTarget.value })}
          />
        </>
      )}
      <SimpleGrid cols={form.connection === "simulated" ? 1 : 2} spacing="xs">
        <CapFields
          outputTokens={form.maxOutputTokens}
          usd={form.maxUsd}
          idOf={fieldId}
          withUsd={form.connection !== "simulated"}
          onOutputTokens={(maxOutputTokens) => set({ maxOutputTokens })}
          onUsd={(maxUsd) => set({ maxUsd })}
          onUnfit={unfit}
        />
      </SimpleGrid>
    </>
  );
}
