/* The bytes of every page and asset; assets.cpp knows where each begins. */
  .section .rodata
  .global pollux_web_assets
  .type pollux_web_assets, %object
pollux_web_assets:
  .incbin POLLUX_WEB_ASSETS
  .size pollux_web_assets, . - pollux_web_assets
  .section .note.GNU-stack, "", %progbits
#ifdef __CET__
#include <cet.h> /* marks this object, so that the linker does not remove the mark from the program */
#endif
