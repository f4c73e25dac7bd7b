export function SettingsPlace() {
  return <div className="empty">Settings</div>;
}
