/** Owns which server an experiment talks to; never a key. */
import { z } from "zod";

export const connectionSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("simulated") }),
  z.object({ kind: z.literal("anthropic") }),
  z.object({
    kind: z.literal("compatible"),
    baseUrl: z.string().regex(/^https?:\/\/[^\s]+$/, "must start with http:// or https://"),
    /** Whether the server takes a temperature. */
    takesTemperature: z.boolean().default(true),
  }),
]);

export type ConnectionSpec = z.infer<typeof connectionSchema>;

/** How a person reads a connection. */
export function connectionName(spec: ConnectionSpec): string {
  if (spec.kind === "simulated") return "Simulated population";
  return spec.kind === "anthropic" ? "Anthropic API" : spec.baseUrl;
}

/** Whether an org's temperature is sent: the current Anthropic API refuses it. */
export function takesTemperature(spec: ConnectionSpec): boolean {
  return spec.kind === "compatible" && spec.takesTemperature;
}

/** The model that a simulated experiment says it uses. */
export const SIMULATED_MODEL = "simulated-population";
