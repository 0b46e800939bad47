//! The page's life: visibility, the network, the back button's cache, changes of a storage area, its address.

use super::{Storage, global_member, member, object};
use js_sys::{Object, global};
use std::{any::Any, cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::{Event, EventTarget, History, Location};

/// Listens to an event until it is dropped.
pub(super) struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// None where nothing can be listened to; nothing depends on its word alone.
    pub(super) fn new(
        target: EventTarget,
        event: &'static str,
        on_event: impl FnMut(Event) + 'static,
    ) -> Option<Self> {
        let callback = Closure::<dyn FnMut(Event)>::new(on_event);
        target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref()).ok()?;
        Some(Self { target, event, callback })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback(self.event, callback);
    }
}

fn scope() -> EventTarget {
    global().unchecked_into()
}

/// Something that ends when the page is put aside for the back button, which it would keep from that, and begins again when
/// the page is back; it ends for good when this is dropped.
pub(super) struct WhileShown {
    _listeners: [Option<Listener>; 2],
    _going: Rc<RefCell<Option<Box<dyn Any>>>>,
}

impl WhileShown {
    /// `begin` gives what ends it when it is dropped.
    pub(super) fn new(begin: impl Fn() -> Option<Box<dyn Any>> + 'static) -> Self {
        let going = Rc::new(RefCell::new(begin()));
        let (leaving, returning) = (Rc::clone(&going), Rc::clone(&going));
        let listeners = [
            Listener::new(scope(), "pagehide", move |_| drop(leaving.take())),
            Listener::new(scope(), "pageshow", move |_| {
                let is_going = returning.borrow().is_some();
                if !is_going {
                    let new = begin();
                    *returning.borrow_mut() = new;
                }
            }),
        ];
        Self { _listeners: listeners, _going: going }
    }
}

/// What happens to a page.
pub(super) enum Change {
    Visible(bool),
    Online(bool),
    Stored(Option<String>),
}

/// Tells how things are, and what happens from now on; ends when what it gives is dropped.
pub(super) fn watch(storage: &Storage, changed: impl Fn(Change) + 'static) -> Vec<Listener> {
    let changed = Rc::new(changed);
    let document = global_member("document");
    let mut listeners = Vec::new();
    let mut listen = |target: Option<EventTarget>, event, change: Box<dyn Fn(Event) -> Option<Change>>| {
        let changed = Rc::clone(&changed);
        let on_event = move |event| {
            if let Some(change) = change(event) {
                changed(change);
            }
        };
        listeners.extend(target.and_then(|target| Listener::new(target, event, on_event)));
    };
    let page = || document.clone().map(JsCast::unchecked_into::<EventTarget>);
    let visible = || Box::new(|_| Some(Change::Visible(is_visible())));
    listen(page(), "visibilitychange", visible());
    // Chromium's freezing of tabs; the end of it.
    listen(page(), "resume", visible());
    listen(Some(scope()), "pageshow", visible());
    listen(Some(scope()), "offline", Box::new(|_| Some(Change::Online(false))));
    listen(Some(scope()), "online", Box::new(|_| Some(Change::Online(true))));
    if let Some(area) = storage.area() {
        let stored = move |event: Event| {
            let is_it = member(&event, "storageArea").is_some_and(|changed| Object::is(&changed, &area));
            is_it.then(|| Change::Stored(member(&event, "key").and_then(|key| key.as_string())))
        };
        listen(Some(scope()), "storage", Box::new(stored));
    }
    // Taken for online where the browser does not say.
    let is_offline =
        global_member("navigator").and_then(|navigator| member(&navigator, "onLine")) == Some(JsValue::FALSE);
    changed(Change::Online(!is_offline));
    changed(Change::Visible(is_visible()));
    listeners
}

/// A worker has no document, and works whether anyone looks or not.
fn is_visible() -> bool {
    let state = global_member("document").and_then(|document| member(&document, "visibilityState"));
    state.and_then(|state| state.as_string()).as_deref() != Some("hidden")
}

/// The page's own address, where it has one.
pub(super) fn address() -> Option<String> {
    object::<Location>(&global(), "location")?.href().ok()
}

/// The page's own origin, where it has one.
pub(super) fn origin() -> Option<String> {
    member(&global_member("location")?, "origin")?.as_string()
}

/// Puts another address in the place of the page's own; one that cannot be changed, such as a sandboxed one's, stays.
pub(super) fn replace_url(url: &str) {
    if let Some(history) = object::<History>(&global(), "history") {
        let state = history.state().unwrap_or_default();
        let _ = history.replace_state_with_url(&state, "", Some(url));
    }
}

/// Leaves for another page, where there is a page.
pub(super) fn navigate(url: &str) {
    if let Some(location) = object::<Location>(&global(), "location") {
        let _ = location.assign(url);
    }
}
