/** Owns the palette: roles to drag onto the canvas or to add by a press; presets to start from. */
import { Button, Menu } from "@mantine/core";
import { type PointerEvent, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { type Point, ROLE_OFFERS, type RoleOffer } from "#renderer/design/edits.ts";
import { useApp, useAppState } from "#renderer/state/context.ts";

/** Moving less than this is a press, not a drag. */
const DRAG_FROM = 5;

/** `onAdd` is told where on the screen a role was dropped; null where it was pressed. */
export function Palette({ onAdd, disabled }: { onAdd(offer: RoleOffer, at: Point | null): void; disabled: boolean }) {
  const app = useApp();
  const presets = useAppState((state) => state.presets);
  return (
    <aside className="side left" aria-label="Palette">
      <div className="palette">
        <h2 className="section-title">Add an agent</h2>
        {ROLE_OFFERS.map((offer) => (
          <RoleButton key={offer.role} offer={offer} onAdd={onAdd} disabled={disabled} />
        ))}
        <p className="faint" style={{ fontSize: 11.5 }}>
          Drag one onto the canvas or into a handoff, or press it. Then pull a wire from an agent’s right edge to another.
        </p>
        <hr className="hr" />
        <h2 className="section-title">Start from</h2>
        <Menu position="right-start" withinPortal>
          <Menu.Target>
            <Button variant="default" fullWidth>
              A preset…
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {presets.map((preset) => (
              <Menu.Item key={preset.name} onClick={() => void app.createOrg({ preset: preset.name })} disabled={disabled} maw={360}>
                <b style={{ fontWeight: 600 }}>{preset.org.name}</b>
                <div className="muted" style={{ fontSize: 11.5, whiteSpace: "normal" }}>
                  {preset.org.agents.length} agents, {preset.org.handoffs.length} handoffs. {preset.org.description}
                </div>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </aside>
  );
}

function RoleButton({ offer, onAdd, disabled }: { offer: RoleOffer; onAdd(offer: RoleOffer, at: Point | null): void; disabled: boolean }) {
  const [ghost, setGhost] = useState<Point | null>(null);
  const start = useRef<Point | null>(null);
  const dragged = useRef(false);

  const dragging = ghost !== null;
  useEffect(() => {
    if (!dragging) return;
    const cancel = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      start.current = null;
      setGhost(null);
    };
    window.addEventListener("keydown", cancel);
    return () => window.removeEventListener("keydown", cancel);
  }, [dragging]);

  const begin = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0 || disabled) return;
    start.current = { x: event.clientX, y: event.clientY };
    dragged.current = false;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const go = (event: PointerEvent<HTMLButtonElement>) => {
    const from = start.current;
    if (!from) return;
    if (!dragged.current && Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG_FROM) return;
    dragged.current = true;
    setGhost({ x: event.clientX, y: event.clientY });
  };
  const end = (event: PointerEvent<HTMLButtonElement>) => {
    const cancelled = start.current === null;
    start.current = null;
    setGhost(null);
    if (!dragged.current || cancelled) return;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    if (under?.closest(".canvas")) onAdd(offer, { x: event.clientX, y: event.clientY });
  };
  return (
    <>
      <button
        type="button"
        className="role"
        disabled={disabled}
        onPointerDown={begin}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={() => {
          start.current = null;
          setGhost(null);
        }}
        onClick={() => {
          // A drag ends in a click too; that one is not meant.
          if (dragged.current) dragged.current = false;
          else onAdd(offer, null);
        }}
      >
        <b>{offer.name}</b>
        <span>{offer.does}</span>
      </button>
      {ghost &&
        createPortal(
          <div className="node ghost" style={{ left: ghost.x, top: ghost.y }}>
            <b>{offer.name}</b>
            <small>{offer.role}</small>
          </div>,
          document.body,
        )}
    </>
  );
}
