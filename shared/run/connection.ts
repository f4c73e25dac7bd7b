/** Owns which server an experiment talks to; never a key. */
import { z } from "zod";

/** Said wherever an address with a user name or password is refused: addresses are stored, shown and exported. */
export const NO_USER_INFO =
  "must not hold a user name or password: put the server's key in an environment variable and name it with --key-env NAME";

/** Whether an address has a part before an @, as servers and browsers read it. */
export function hasUserInfo(url: string): boolean {
  return /^\s*https?:[/\\]*[^/\\?#]*@/i.test(url);
}

export const connectionSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("simulated") }),
  z.object({ kind: z.literal("anthropic") }),
  z.object({
    kind: z.literal("compatible"),
    baseUrl: z
      .string()
      .regex(/^https?:\/\/[^\s]+$/, "must start with http:// or https://")
      .refine((url) => !hasUserInfo(url), NO_USER_INFO),
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
