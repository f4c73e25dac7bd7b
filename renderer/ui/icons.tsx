/** Owns the app's icons: small line drawings in the text's colour. */
import type { ReactNode } from "react";

function icon(children: ReactNode) {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 18 18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const DesignIcon = icon(
  <>
    <rect x="2" y="2" width="6" height="5" rx="1" />
    <rect x="10" y="11" width="6" height="5" rx="1" />
    <path d="M5 7v4h5" />
  </>,
);
export const ExperimentIcon = icon(<path d="M6 2v5L2.500 14a1.500 1.500 0 0 0 1.400 2h10.200a1.500 1.500 0 0 0 1.400-2L12 7V2M5 2h8" />);
export const DriftIcon = icon(<path d="M2 14l4-5 4 2 6-8M12 3h4v4" />);
export const SettingsIcon = icon(
  <>
    <path d="M3 5h6M13 5h2M3 13h2M9 13h6" />
    <circle cx="11" cy="5" r="2" />
    <circle cx="7" cy="13" r="2" />
  </>,
);
export const UndoIcon = icon(<path d="M6 3 2.500 6.500 6 10M3 6.500h7a4.500 4.500 0 0 1 0 9H7" />);
export const RedoIcon = icon(<path d="m12 3 3.500 3.500L12 10M15 6.500H8a4.500 4.500 0 0 0 0 9h3" />);
export const TrashIcon = icon(<path d="M3 5h12M7 5V3h4v2M5 5l.7 10h6.600L13 5" />);
export const CloseIcon = icon(<path d="m5 5 8 8M13 5l-8 8" />);
export const PlusIcon = icon(<path d="M9 3v12M3 9h12" />);
export const FitIcon = icon(<path d="M3 7V3h4M15 7V3h-4M3 11v4h4M15 11v4h-4" />);

export function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <path d="M7.600 6.300 14.500 9.800M7.600 15.700l6.900-3.500" stroke="var(--ink3)" strokeWidth="1.600" />
      <circle cx="5" cy="5" r="3" fill="var(--accent)" />
      <circle cx="17" cy="11" r="3" fill="var(--d2)" />
      <circle cx="5" cy="17" r="3" fill="var(--ink2)" />
    </svg>
  );
}
