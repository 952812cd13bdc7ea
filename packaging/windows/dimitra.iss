; Inno Setup 6 makes an installer of the folder that PyInstaller made: iscc packaging\windows\dimitra.iss
; UNTESTED: written for Windows 10 and later, never run.
#define Name "Dimitra Studio"
#define Version "0.1.0"
#ifndef Build
  #define Build "..\..\dist\dimitra-studio"
#endif

[Setup]
AppId={{6C0D4E0B-8F0C-4C52-9E37-1B1B6F0A7D25}
AppName={#Name}
AppVersion={#Version}
AppPublisher=The Dimitra Studio contributors
DefaultDirName={autopf}\{#Name}
DefaultGroupName={#Name}
; Without asking for an administrator: for one user, or for all where one is at hand.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=dimitra-studio-{#Version}-setup
Compression=lzma2
SolidCompression=yes
ChangesAssociations=yes
ChangesEnvironment=no
UninstallDisplayIcon={app}\{#Name}.exe

[Files]
Source: "{#Build}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\{#Name}.exe"; Parameters: "studio"
Name: "{autodesktop}\{#Name}"; Filename: "{app}\{#Name}.exe"; Parameters: "studio"; Tasks: desktop

[Tasks]
Name: desktop; Description: "An icon on the desktop"; Flags: unchecked

[Registry]
Root: HKA; Subkey: "Software\Classes\.dimitra"; ValueType: string; ValueData: "DimitraStudio.Project"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\DimitraStudio.Project"; ValueType: string; ValueData: "Dimitra Studio project"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\DimitraStudio.Project\DefaultIcon"; ValueType: string; ValueData: "{app}\{#Name}.exe,0"
Root: HKA; Subkey: "Software\Classes\DimitraStudio.Project\shell\open\command"; ValueType: string; ValueData: """{app}\{#Name}.exe"" studio ""%1"""

[Run]
Filename: "{app}\{#Name}.exe"; Parameters: "studio"; Description: "Open {#Name}"; Flags: nowait postinstall skipifsilent
