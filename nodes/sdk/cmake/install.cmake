# For programs outside of this tree: a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)
set(clinic_package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/clinic)
file(RELATIVE_PATH CLINIC_PC_TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/clinicConfig.cmake.in
    ${CMAKE_CURRENT_BINARY_DIR}/clinicConfig.cmake INSTALL_DESTINATION ${clinic_package_folder})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/clinicConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
configure_file(${CMAKE_CURRENT_LIST_DIR}/clinic.pc.in ${CMAKE_CURRENT_BINARY_DIR}/clinic.pc @ONLY)

install(TARGETS clinic EXPORT clinicTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT sdk)
# Without the headers of clinic_box, which is for the programs of this tree.
install(DIRECTORY include/clinic DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT sdk
    REGEX "/(box|box_loop|page)\\.h$" EXCLUDE)
install(EXPORT clinicTargets NAMESPACE clinic:: DESTINATION ${clinic_package_folder} COMPONENT sdk)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/clinicConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/clinicConfigVersion.cmake
    DESTINATION ${clinic_package_folder} COMPONENT sdk)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/clinic.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT sdk)
