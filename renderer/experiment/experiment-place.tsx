export function ExperimentPlace() {
  return <div className="empty">Experiment</div>;
}
