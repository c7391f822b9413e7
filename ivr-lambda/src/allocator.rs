//! The allocator of what is deployed (ADR 0047). A turn is a hundred small allocations and a few
//! large ones, and the one of the C library takes twice as long over them.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
