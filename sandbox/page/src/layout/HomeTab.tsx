import { useCallback, useEffect, useMemo, useState } from "react";
import { Blocks } from "../blocks/Blocks";
import { SurfaceScopeProvider, useScope } from "../elements/surface";
import type { StateValues, View } from "../slack/types";
import { usePage } from "../store/page";

const NO_BLOCKS: View["blocks"] = [];

/** The app's home, which it publishes for each person. */
export function HomeTab({ view }: { view: View | null }) {
  const { client, state } = usePage();
  const [edits, setAll] = useState<StateValues>({});
  const setEdits = useCallback((update: (before: StateValues) => StateValues) => setAll(update), []);
  const surface = useMemo(() => ({ view_id: view?.id ?? "" }), [view?.id]);
  const scope = useScope({ surface, kind: "home", blocks: view?.blocks ?? NO_BLOCKS, edits, setEdits });

  useEffect(() => {
    void client.home("home");
  }, [client]);

  return (
    <section className="home" role="tabpanel" aria-label="Home">
      {view ? (
        <SurfaceScopeProvider value={scope}>
          <Blocks blocks={view.blocks} />
        </SurfaceScopeProvider>
      ) : (
        <p className="empty">{state.app.name} has not set up a home tab yet.</p>
      )}
    </section>
  );
}
