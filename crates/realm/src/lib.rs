//! Takes a Keycloak realm to the state that telephone voting needs (design C.8).
