//! The page: its visibility, the network, the back/forward cache, changes of a storage area, and its address.

use super::{Storage, global_member, member, object};
use js_sys::{Object, global};
use std::{any::Any, cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::{Event, EventTarget, History, Location};

/// Listens to an event until this is dropped.
pub(super) struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Adds a listener. None if that fails: nothing depends on one event alone.
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

/// Something that would keep the page out of the back/forward cache. It ends when the page may go into that cache, and begins
/// again when the page is back. It ends for good when this is dropped.
pub(super) struct WhileShown {
    _listeners: [Option<Listener>; 2],
    _going: Rc<RefCell<Option<Box<dyn Any>>>>,
}

impl WhileShown {
    /// `begin` returns a value that ends it when the value is dropped.
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

/// A change of the page.
pub(super) enum Change {
    Visible(bool),
    Online(bool),
    Stored(Option<String>),
}

/// Reports the present state and every change, until the returned listeners are dropped.
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
    // Chromium fires this when it unfreezes a tab.
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
    // If the browser does not say, the page counts as online.
    let is_offline =
        global_member("navigator").and_then(|navigator| member(&navigator, "onLine")) == Some(JsValue::FALSE);
    changed(Change::Online(!is_offline));
    changed(Change::Visible(is_visible()));
    listeners
}

/// Whether the page is visible. A worker has no document; it works whether a page is visible or not, so it counts as visible.
fn is_visible() -> bool {
    let state = global_member("document").and_then(|document| member(&document, "visibilityState"));
    state.and_then(|state| state.as_string()).as_deref() != Some("hidden")
}

/// The page's own address, if there is one.
pub(super) fn address() -> Option<String> {
    object::<Location>(&global(), "location")?.href().ok()
}

/// The page's own origin, if there is one.
pub(super) fn origin() -> Option<String> {
    member(&global_member("location")?, "origin")?.as_string()
}

/// Replaces the page's address. An address that cannot be changed, such as that of a sandboxed page, stays.
pub(super) fn replace_url(url: &str) {
    if let Some(history) = object::<History>(&global(), "history") {
        let state = history.state().unwrap_or_default();
        let _ = history.replace_state_with_url(&state, "", Some(url));
    }
}

/// Leaves for another page, if there is a page to leave.
pub(super) fn navigate(url: &str) {
    if let Some(location) = object::<Location>(&global(), "location") {
        let _ = location.assign(url);
    }
}
