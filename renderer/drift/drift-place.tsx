export function DriftPlace() {
  return <div className="empty">Drift</div>;
}
