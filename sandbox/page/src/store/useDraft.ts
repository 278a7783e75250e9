import { useCallback, useState } from "react";

/** Text being written, kept for its place in this window until it is sent. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => sessionStorage.getItem(`draft:${key}`) ?? "");
  const write = useCallback(
    (next: string) => {
      setText(next);
      if (next) sessionStorage.setItem(`draft:${key}`, next);
      else sessionStorage.removeItem(`draft:${key}`);
    },
    [key],
  );
  return [text, write];
}
