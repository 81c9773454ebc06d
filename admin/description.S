/* openapi.json, for api_description() in admin_service.cpp. */
  .section .rodata
  .global pollux_admin_description
  .global pollux_admin_description_end
  .type pollux_admin_description, %object
pollux_admin_description:
  .incbin POLLUX_ADMIN_DESCRIPTION
pollux_admin_description_end:
  .size pollux_admin_description, . - pollux_admin_description
  .section .note.GNU-stack, "", %progbits
#ifdef __CET__
#include <cet.h> /* marks this object, so that the linker does not remove the mark from the program */
#endif
