//! What a pointer to a handle points at.
//!
//! A handle is a box of ours behind an opaque C type: a tag that says which type it is, a flag that is raised when a
//! fault happened while it was in use, and the thing itself. The thing is never changed after it was made, so shared
//! references are enough and one handle may be read from several threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// An opaque C type and what is behind it.
///
/// # Safety
/// Each type has a tag of its own, and pointers to it are made only by [`give`].
pub(crate) unsafe trait Opaque: Sized {
    /// What is behind a pointer to this type.
    type Inner: Send + Sync;
    /// First bytes of the box, told apart from those of other types.
    const TAG: u64;
}

/// The box behind an opaque pointer; its fields stand in this order.
#[repr(C)]
pub(crate) struct Handle<T> {
    tag: AtomicU64,
    /// Whether a fault happened while the handle was in use.
    pub(crate) poisoned: AtomicBool,
    /// The thing itself.
    pub(crate) inner: T,
}

/// Why a pointer is not a handle that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    Null,
    Wrong,
    Poisoned,
}

/// Boxes a thing and gives the pointer to the caller, who frees it with [`free`].
pub(crate) fn give<H: Opaque>(inner: H::Inner) -> *mut H {
    let handle = Handle {
        tag: AtomicU64::new(H::TAG),
        poisoned: AtomicBool::new(false),
        inner,
    };
    Box::into_raw(Box::new(handle)).cast()
}

/// The box behind a pointer, poisoned or not.
///
/// # Safety
/// The pointer is NULL, or came from [`give`] for any type and has not been freed; it stays so for `'a`.
unsafe fn open<'a, H: Opaque>(pointer: *const H) -> Result<&'a Handle<H::Inner>, Unusable> {
    if pointer.is_null() {
        return Err(Unusable::Null);
    }
    let handle = pointer.cast::<Handle<H::Inner>>();
    // The tag stands first in every box, so it can be read before the type is known.
    let tag = pointer.cast::<AtomicU64>();
    if !tag.is_aligned() || !handle.is_aligned() {
        return Err(Unusable::Wrong);
    }
    // SAFETY: not NULL, aligned, and every box of ours starts with its tag.
    if unsafe { &*tag }.load(Ordering::Relaxed) != H::TAG {
        return Err(Unusable::Wrong);
    }
    // SAFETY: the tag says that `give` made this box for `H`; the caller keeps it for `'a`, and only shared references
    // to it exist until `free`.
    Ok(unsafe { &*handle })
}

/// The box behind a pointer.
///
/// # Safety
/// As [`open`].
pub(crate) unsafe fn borrow<'a, H: Opaque>(pointer: *const H) -> Result<&'a Handle<H::Inner>, Unusable> {
    // SAFETY: the same contract.
    let handle = unsafe { open(pointer) }?;
    if handle.poisoned.load(Ordering::Relaxed) {
        return Err(Unusable::Poisoned);
    }
    Ok(handle)
}

/// Frees a box; poisoned or not. NULL and pointers of another type are left alone.
///
/// # Safety
/// As [`open`]; and nothing else uses the handle now or later.
pub(crate) unsafe fn free<H: Opaque>(pointer: *mut H) {
    // SAFETY: the same contract.
    let Ok(handle) = (unsafe { open::<H>(pointer) }) else {
        return;
    };
    // A second call, while the memory is not yet in use again, finds no tag of ours. It is forbidden all the same.
    handle.tag.store(0, Ordering::Relaxed);
    // SAFETY: `open` found a box that `give` made for `H`, and the caller says that nobody uses it any more.
    drop(unsafe { Box::from_raw(pointer.cast::<Handle<H::Inner>>()) });
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Apple;
    struct Pear;
    // SAFETY: tags differ.
    unsafe impl Opaque for Apple {
        type Inner = String;
        const TAG: u64 = 1;
    }
    // SAFETY: tags differ.
    unsafe impl Opaque for Pear {
        type Inner = [u8; 3];
        const TAG: u64 = 2;
    }

    #[test]
    fn a_pointer_is_what_its_tag_says() {
        let apple: *mut Apple = give("red".to_owned());
        // SAFETY: given above and not yet freed; the others are NULL, misaligned, or of another type.
        unsafe {
            assert_eq!(borrow(apple).map(|h| h.inner.as_str()).ok(), Some("red"));
            assert_eq!(borrow(apple.cast::<Pear>()).err(), Some(Unusable::Wrong));
            assert_eq!(borrow(std::ptr::null::<Apple>()).err(), Some(Unusable::Null));
            assert_eq!(borrow(apple.wrapping_byte_add(1)).err(), Some(Unusable::Wrong));
            free(apple.cast::<Pear>());
            borrow(apple).ok().unwrap().poisoned.store(true, Ordering::Relaxed);
            assert_eq!(borrow(apple).err(), Some(Unusable::Poisoned));
            free(apple);
            free(std::ptr::null_mut::<Apple>());
        }
    }
}
