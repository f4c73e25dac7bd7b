/** Owns the settings place: connections and keys, looks, data, prices, what the engine itself says. */
import { Button, Group, PasswordInput, SegmentedControl, Select, Stack, Table, TextInput, useMantineColorScheme } from "@mantine/core";
import { useState } from "react";
import { SIMULATED_MODEL } from "#shared/run/connection.ts";
import { type Looks as LooksShape, readLooks, TEXT_SIZES, wearLooks } from "#renderer/ui/looks.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";
import { KEY_FIELD } from "#renderer/ui/field-ids.ts";
import { TopBar } from "#renderer/ui/topbar.tsx";

const KEY_WORDS = {
  none: "No key yet.",
  environment: "The key in ANTHROPIC_API_KEY is used.",
  typed: "The key you typed is used until Driftlab ends.",
} as const;

export function SettingsPlace() {
  const info = useAppState((state) => state.info);
  if (!info) return null;
  return (
    <div className="settings">
      <TopBar>
        <b style={{ fontWeight: 650 }}>Settings</b>
        <div className="spacer" />
      </TopBar>
      <div className="inner">
        <Looks />
        <AnthropicKey />
        <OwnServer />
        <section>
          <h2 className="panel-title">Simulated population</h2>
          <p className="muted">
            Answers where no key is given, offline and seeded. What it plants is found again where it was planted: that proves plumbing and
            arithmetic. It says nothing about whether a probe understands people’s language, and simulated agents do not react to wording.
            Every figure made with it says “simulated”.
          </p>
        </section>
        <section>
          <h2 className="panel-title">Data</h2>
          <p className="muted">
            Everything is in one SQLite file: <code>{info.dataFile}</code>
            {info.readOnly ? " (open read-only)" : ""}. Driftlab {info.version}.
          </p>
        </section>
        <Prices />
        <Prompts />
      </div>
    </div>
  );
}

function Looks() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [looks, setLooks] = useState(readLooks);
  const wear = (change: Partial<LooksShape>) => {
    const next = { ...looks, ...change };
    wearLooks(next);
    setLooks(next);
  };
  return (
    <section>
      <h2 className="panel-title">Look</h2>
      <Group mt={8} gap={24}>
        <Choice
          label="Colours"
          data={[
            { value: "auto", label: "As the system" },
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as "auto" | "light" | "dark")}
        />
        <Choice
          label="Contrast"
          data={[
            { value: "auto", label: "As the system" },
            { value: "normal", label: "Normal" },
            { value: "high", label: "High" },
          ]}
          value={looks.contrast}
          onChange={(value) => wear({ contrast: value as LooksShape["contrast"] })}
        />
        <Choice
          label="Size of text"
          data={TEXT_SIZES.map((size) => ({ value: String(size), label: `${size} %` }))}
          value={String(looks.textSize)}
          onChange={(value) => wear({ textSize: Number(value) as LooksShape["textSize"] })}
        />
      </Group>
    </section>
  );
}

interface ChoiceProps {
  label: string;
  data: { value: string; label: string }[];
  value: string;
  onChange(value: string): void;
}

function Choice({ label, ...rest }: ChoiceProps) {
  return (
    <div>
      <span className="faint">{label}</span>
      <div>
        <SegmentedControl aria-label={label} {...rest} />
      </div>
    </div>
  );
}

function AnthropicKey() {
  const app = useApp();
  const status = useAppState((state) => state.info?.keyStatus ?? "none");
  const models = useAppState((state) => state.info?.prices.models);
  const [key, setKey] = useState("");
  const [model, setModel] = useState<string | null>("claude-sonnet-5-5");
  const send = (text: string) =>
    void app.attempt(async () => {
      await app.lab.call((client) => client.app.setKey({ key: text }));
      setKey("");
      await app.loadInfo();
    });
  return (
    <section>
      <h2 className="panel-title">Anthropic API</h2>
      <p className="muted">
        {KEY_WORDS[status]} A key is held in memory only: it is never written to a file and never sent back to this screen.
      </p>
      <Group align="end" mt={8}>
        <PasswordInput
          id={KEY_FIELD}
          size="xs"
          label="API key"
          autoComplete="off"
          placeholder="sk-ant-…"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          w={320}
        />
        <Button onClick={() => send(key)} disabled={key.trim() === ""}>
          Use it
        </Button>
        {status === "typed" && (
          <Button variant="default" onClick={() => send("")}>
            Forget it
          </Button>
        )}
      </Group>
      <Group align="end" mt={8}>
        <Select
          label="Try a model"
          data={(models ?? []).map((each) => each.model).filter((each) => each !== SIMULATED_MODEL)}
          value={model}
          onChange={setModel}
          w={220}
        />
        <TryButton
          disabled={status === "none" || !model}
          tryIt={() => app.lab.call((client) => client.app.testConnection({ connection: { kind: "anthropic" }, model: model ?? "" }))}
        />
      </Group>
    </section>
  );
}

function OwnServer() {
  const app = useApp();
  const { baseUrl, model } = useAppState((state) => state.ownServer);
  const setBaseUrl = (next: string) => app.rememberServer({ baseUrl: next, model });
  const setModel = (next: string) => app.rememberServer({ baseUrl, model: next });
  return (
    <section>
      <h2 className="panel-title">Own server</h2>
      <p className="muted">
        Any server that speaks the Messages API: Ollama, LM Studio, llama.cpp, LiteLLM. What stands here is offered in a new experiment. The
        Anthropic key is never sent there; a server’s own key is given by starting Driftlab with --key-env NAME.
      </p>
      <Group align="end" mt={8}>
        <TextInput label="Base URL, without /v1" value={baseUrl} onChange={(event) => setBaseUrl(event.currentTarget.value)} w={260} />
        <TextInput label="Model" placeholder="e.g. qwen3" value={model} onChange={(event) => setModel(event.currentTarget.value)} w={180} />
        <TryButton
          disabled={!/^https?:\/\/\S+$/.test(baseUrl) || model.trim() === ""}
          tryIt={() =>
            app.lab.call((client) =>
              client.app.testConnection({ connection: { kind: "compatible", baseUrl, takesTemperature: true }, model: model.trim() }),
            )
          }
        />
      </Group>
    </section>
  );
}

function TryButton({ disabled, tryIt }: { disabled: boolean; tryIt(): Promise<{ ok: boolean; message: string }> }) {
  const app = useApp();
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<{ ok: boolean; message: string } | null>(null);
  return (
    <>
      <Button
        variant="default"
        disabled={disabled}
        loading={busy}
        onClick={() =>
          void app.attempt(async () => {
            setBusy(true);
            try {
              setAnswer(await tryIt());
            } finally {
              setBusy(false);
            }
          })
        }
      >
        Try it
      </Button>
      {answer && (
        <span role="status" style={{ color: answer.ok ? "var(--good)" : "var(--danger)", maxWidth: 420 }}>
          {answer.message}
        </span>
      )}
    </>
  );
}

function Prices() {
  const prices = useAppState((state) => state.info?.prices);
  const dataFile = useAppState((state) => state.info?.dataFile ?? "");
  if (!prices) return null;
  return (
    <section>
      <h2 className="panel-title">Prices</h2>
      <p className="muted">
        US dollars per million tokens, looked up on {prices.date} ({prices.source}). To use your own, put a <code>prices.json</code>{" "}
        (driftlab.prices 1) beside <code>{dataFile}</code>
        {prices.file ? `; ${prices.file} is in use` : ""}. A model that is not listed has no price: its cost is shown as unknown.
      </p>
      {prices.problem && <p style={{ color: "var(--danger)" }}>{prices.problem}</p>}
      <Table fz={12} mt={8} verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Model</Table.Th>
            <Table.Th>Input</Table.Th>
            <Table.Th>Output</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {prices.models.map((each) => (
            <Table.Tr key={each.model}>
              <Table.Td>{each.model}</Table.Td>
              <Table.Td>${each.input}</Table.Td>
              <Table.Td>${each.output}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function Prompts() {
  const info = useAppState((state) => state.info);
  if (!info) return null;
  return (
    <section>
      <h2 className="panel-title">What the engine itself says to agents</h2>
      <p className="muted">Version {info.promptsVersion}; part of every plan. Words in braces are filled in.</p>
      <Stack gap={8} mt={8}>
        {Object.entries(info.prompts).map(([name, text]) => (
          <div key={name}>
            <span className="faint">{name}</span>
            <div className="prompt-text">{text}</div>
          </div>
        ))}
      </Stack>
    </section>
  );
}
