// A photo network's post page, as small as it may be and with what makes the real ones hard:
// everything is drawn by React, the photo lies under a transparent layer that takes the
// clicks, and the page listens for every event itself. See ../README.md for how it is built.
import { StrictMode, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

// What happened in the page, for the test to ask about; a site would report it home.
const seen = { violations: [], errors: [], contextmenus: 0, clicks: 0, keys: [] };
globalThis.pageSeen = seen;
document.addEventListener("securitypolicyviolation", (event) =>
  seen.violations.push(`${event.effectiveDirective} ${event.blockedURI}`),
);
addEventListener("error", (event) => seen.errors.push(String(event.message)));
addEventListener("unhandledrejection", (event) => seen.errors.push(String(event.reason)));

function Photo({ photo, onLike }) {
  const srcSet = photo.candidates.map(({ url, width }) => `${url} ${width}w`).join(", ");
  return (
    <div className="photo" role="button" tabIndex={-1}>
      <div className="frame" style={{ aspectRatio: `${photo.width} / ${photo.height}` }}>
        <img
          alt={photo.alt}
          crossOrigin="anonymous"
          decoding="auto"
          draggable={false}
          sizes="468px"
          srcSet={srcSet}
          src={photo.candidates.at(-1).url}
        />
      </div>
      {/* The layer that hides the photo from "Save image as". */}
      <div className="layer" onDoubleClick={onLike} />
    </div>
  );
}

function Comments({ comments }) {
  const [written, setWritten] = useState([]);
  const [draft, setDraft] = useState("");
  const publish = (event) => {
    event.preventDefault();
    if (draft.trim()) setWritten([...written, { author: "you", text: draft.trim() }]);
    setDraft("");
  };
  return (
    <>
      <ul className="comments">
        {[...comments, ...written].map(({ author, text }, index) => (
          <li key={index}>
            <b>{author}</b> {text}
          </li>
        ))}
      </ul>
      <form className="write" onSubmit={publish}>
        <input
          aria-label="Add a comment"
          placeholder="Add a comment…"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
        />
        <button type="submit" disabled={!draft.trim()}>
          Post
        </button>
      </form>
    </>
  );
}

function Post({ code }) {
  const [post, setPost] = useState(null);
  const [liked, setLiked] = useState(false);
  useEffect(() => {
    const cancel = new AbortController();
    fetch(`/api/v1/media/${code}/info/`, { signal: cancel.signal })
      .then((response) => response.json())
      .then(setPost)
      .catch((error) => cancel.signal.aborted || seen.errors.push(String(error)));
    return () => cancel.abort();
  }, [code]);
  if (!post) return <p className="waiting">Loading…</p>;
  return (
    <article>
      <Photo photo={post.photo} onLike={() => setLiked(true)} />
      <section className="aside">
        <header>
          <span className="face" aria-hidden="true" />
          <b>{post.author}</b>
        </header>
        <Comments comments={post.comments} />
        <footer>
          <button aria-pressed={liked} onClick={() => setLiked(!liked)}>
            {liked ? "♥" : "♡"} Like
          </button>
          <time>{post.taken}</time>
        </footer>
      </section>
    </article>
  );
}

function App() {
  const page = useRef(null);
  const code = location.pathname.split("/").filter(Boolean).at(-1);
  return (
    <div
      className="page"
      ref={page}
      onContextMenu={() => (seen.contextmenus += 1)}
      onClickCapture={() => (seen.clicks += 1)}
      onKeyDown={(event) => seen.keys.push(event.key)}
    >
      <nav>
        <span className="brand">Snapgram</span>
        {["Home", "Search", "Explore", "Messages", "Profile"].map((name) => (
          <a key={name} href="/">
            {name}
          </a>
        ))}
      </nav>
      <main>
        <Post code={code} />
      </main>
    </div>
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
